using System.Runtime.CompilerServices;

namespace ExecGraph.Tests.Support.Chaos;

/// <summary>What a run of a case did that it must not do. Cheap as long as there is nothing.</summary>
internal sealed class Violations
{
    private const int Most = 20;

    private readonly List<string> _found = [];

    internal IReadOnlyList<string> Found => _found;

    internal void Unless(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ViolationText text)
    {
        if (!holds && _found.Count < Most)
            _found.Add(text.ToString());
    }
}

/// <summary>A text that is put together only if it is needed.</summary>
[InterpolatedStringHandler]
internal ref struct ViolationText
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _isNeeded;

    public ViolationText(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = _isNeeded = !holds;
        _text = holds ? default : new DefaultInterpolatedStringHandler(literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public override string ToString() => _isNeeded ? _text.ToStringAndClear() : "";
}
