namespace Quickstart;

/// <summary>Something that whoever runs the sample can mend; its message is all they need to see.</summary>
public sealed class UserErrorException(string message) : Exception(message);
