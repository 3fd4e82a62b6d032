namespace ExecGraph.Definition;

/// <summary>A user's delegate, called with its inputs as a tuple. A struct type argument, so that only the delegate itself is an indirect call.</summary>
/// <typeparam name="TIn">The inputs.</typeparam>
/// <typeparam name="TOut">What the call returns: a value, or a task of one.</typeparam>
internal interface ICellBody<TIn, out TOut>
{
    /// <summary>The delegate; null where there is no code of the user's.</summary>
    Delegate? Code { get; }

    TOut Invoke(TIn input, in CellSite site);
}

/// <summary>Where a call stands, for bodies that ask.</summary>
internal readonly ref struct CellSite(RunnerBinding binding, long row, int attempt, TimedCall? timed = null)
{
    internal RunnerBinding Binding => binding;

    internal CancellationToken CancellationToken => timed is null ? binding.Services.CancellationToken : timed.Token;

    internal CellContext Context => new(binding, row, attempt, CancellationToken);
}

internal readonly struct Body<T1, R>(Func<T1, R> body) : ICellBody<T1, R>
{
    public Delegate Code => body;

    public R Invoke(T1 input, in CellSite site) => body(input);
}

internal readonly struct TokenBody<T1, R>(Func<T1, CancellationToken, ValueTask<R>> body) : ICellBody<T1, ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke(T1 input, in CellSite site) => body(input, site.CancellationToken);
}

internal readonly struct TaskBody<T1, R>(Func<T1, CancellationToken, Task<R>> body) : ICellBody<T1, ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke(T1 input, in CellSite site) => new(body(input, site.CancellationToken));
}

internal readonly struct ContextBody<T1, R>(Func<T1, CellContext, R> body) : ICellBody<T1, R>
{
    public Delegate Code => body;

    public R Invoke(T1 input, in CellSite site) => body(input, site.Context);
}

internal readonly struct ContextTaskBody<T1, R>(Func<T1, CellContext, Task<R>> body) : ICellBody<T1, ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke(T1 input, in CellSite site) => new(body(input, site.Context));
}

/// <summary>A start column that asks for the context alone.</summary>
internal readonly struct StartContextBody<R>(Func<CellContext, R> body) : ICellBody<long, R>
{
    public Delegate Code => body;

    public R Invoke(long input, in CellSite site) => body(site.Context);
}

/// <inheritdoc cref="StartContextBody{R}"/>
internal readonly struct StartContextTaskBody<R>(Func<CellContext, Task<R>> body) : ICellBody<long, ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke(long input, in CellSite site) => new(body(site.Context));
}
