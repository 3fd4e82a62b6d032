namespace Quickstart;

/// <summary>Flesch reading ease: about 100 for a child's sentence, below 0 for a specialist's. A stand-in for a model that likes batches.</summary>
internal static class ReadingEase
{
    public static IReadOnlyList<double?> ScoreAll(IReadOnlyList<string> summaries)
    {
        var scores = new double?[summaries.Count];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = Score(summaries[i]);
        return scores;
    }

    /// <summary>The score; null if there is nothing to read.</summary>
    public static double? Score(string summary)
    {
        if (summary.Length == 0)
            return null;
        int words = 0, syllables = 0, sentences = 0;
        foreach (Range range in summary.AsSpan().Split(' '))
        {
            ReadOnlySpan<char> word = summary.AsSpan(range);
            words++;
            syllables += Syllables(word);
            if (word[^1] is '.' or '!' or '?' or ':')
                sentences++;
        }

        return 206.835 - (1.015 * words / Math.Max(1, sentences)) - (84.6 * syllables / words);
    }

    /// <summary>Groups of vowels, without a silent e at the end; at least one.</summary>
    private static int Syllables(ReadOnlySpan<char> word)
    {
        word = word.TrimEnd(".,;:!?)");
        int count = 0;
        bool afterVowel = false;
        foreach (char letter in word)
        {
            bool isVowel = "aeiouyAEIOUY".Contains(letter, StringComparison.Ordinal);
            if (isVowel && !afterVowel)
                count++;
            afterVowel = isVowel;
        }

        if (count > 1 && word is [.., not 'l', 'e'])
            count--;
        return Math.Max(1, count);
    }
}
