namespace Enrichment;

/// <summary>Something that whoever started the program can put right. Its message is all they need to see.</summary>
internal sealed class UserErrorException(string message) : Exception(message);
