namespace ExecGraph.Graph;

/// <summary>Finds the name that was probably meant, for error messages.</summary>
internal static class NameSuggestion
{
    /// <summary>" Did you mean 'summary'?", or nothing when no name is near. The first of equally near names wins.</summary>
    internal static string For(string wanted, IEnumerable<string> names)
    {
        string? nearest = null;
        int least = int.MaxValue;
        foreach (string name in names)
        {
            // Further apart than a third of the longer name, two names have little in common: better no advice than a guess.
            int limit = Math.Min(least - 1, Math.Max(wanted.Length, name.Length) / 3);
            if (Math.Abs(wanted.Length - name.Length) > limit)
                continue;
            int distance = Distance(wanted, name);
            if (distance <= limit)
                (nearest, least) = (name, distance);
        }

        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    /// <summary>Letters to insert, delete or replace (Levenshtein); upper and lower case count as equal.</summary>
    private static int Distance(string a, string b)
    {
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                current[j] = Math.Min(previous[j - 1] + replace, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
