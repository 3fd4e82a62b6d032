namespace ExecGraph;

/// <summary>What a run does with what is stored already.</summary>
public enum ResumeMode
{
    /// <summary>Continues it, or begins where nothing is stored. What is stored of another graph is refused, with the differences.</summary>
    IfPossible,

    /// <summary>Continues it. Nothing stored is an error.</summary>
    Always,

    /// <summary>Forgets it and begins anew.</summary>
    Never,
}

/// <summary>What a run does when a column's code was compiled anew since the run was stored, while its <see cref="CellOptions.Version"/> stayed the same.</summary>
public enum ChangedCode
{
    /// <summary>Logs a warning that names the columns, and continues.</summary>
    Warn,

    /// <summary>Refuses to continue.</summary>
    Refuse,

    /// <summary>Continues.</summary>
    Ignore,
}
