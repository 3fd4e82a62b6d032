// Derived from Inputs.cs by tests/ExecGraph.Tests/Support/InputsTemplate.cs; InputsDriftTests holds it to that. Do not edit.
namespace ExecGraph.Definition;

internal readonly struct Body<T1, T2, R>(Func<T1, T2, R> body) : ICellBody<(T1, T2), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2) input, in CellSite site) => body(input.Item1, input.Item2);
}

internal readonly struct TokenBody<T1, T2, R>(Func<T1, T2, CancellationToken, ValueTask<R>> body) : ICellBody<(T1, T2), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2) input, in CellSite site) => body(input.Item1, input.Item2, site.CancellationToken);
}

internal readonly struct TaskBody<T1, T2, R>(Func<T1, T2, CancellationToken, Task<R>> body) : ICellBody<(T1, T2), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2) input, in CellSite site) => new(body(input.Item1, input.Item2, site.CancellationToken));
}

internal readonly struct ContextBody<T1, T2, R>(Func<T1, T2, CellContext, R> body) : ICellBody<(T1, T2), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2) input, in CellSite site) => body(input.Item1, input.Item2, site.Context);
}

internal readonly struct ContextTaskBody<T1, T2, R>(Func<T1, T2, CellContext, Task<R>> body) : ICellBody<(T1, T2), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2) input, in CellSite site) => new(body(input.Item1, input.Item2, site.Context));
}

internal readonly struct Body<T1, T2, T3, R>(Func<T1, T2, T3, R> body) : ICellBody<(T1, T2, T3), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3);
}

internal readonly struct TokenBody<T1, T2, T3, R>(Func<T1, T2, T3, CancellationToken, ValueTask<R>> body) : ICellBody<(T1, T2, T3), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, site.CancellationToken);
}

internal readonly struct TaskBody<T1, T2, T3, R>(Func<T1, T2, T3, CancellationToken, Task<R>> body) : ICellBody<(T1, T2, T3), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, site.CancellationToken));
}

internal readonly struct ContextBody<T1, T2, T3, R>(Func<T1, T2, T3, CellContext, R> body) : ICellBody<(T1, T2, T3), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, site.Context);
}

internal readonly struct ContextTaskBody<T1, T2, T3, R>(Func<T1, T2, T3, CellContext, Task<R>> body) : ICellBody<(T1, T2, T3), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, site.Context));
}

internal readonly struct Body<T1, T2, T3, T4, R>(Func<T1, T2, T3, T4, R> body) : ICellBody<(T1, T2, T3, T4), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4);
}

internal readonly struct TokenBody<T1, T2, T3, T4, R>(Func<T1, T2, T3, T4, CancellationToken, ValueTask<R>> body) : ICellBody<(T1, T2, T3, T4), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, site.CancellationToken);
}

internal readonly struct TaskBody<T1, T2, T3, T4, R>(Func<T1, T2, T3, T4, CancellationToken, Task<R>> body) : ICellBody<(T1, T2, T3, T4), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, site.CancellationToken));
}

internal readonly struct ContextBody<T1, T2, T3, T4, R>(Func<T1, T2, T3, T4, CellContext, R> body) : ICellBody<(T1, T2, T3, T4), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, site.Context);
}

internal readonly struct ContextTaskBody<T1, T2, T3, T4, R>(Func<T1, T2, T3, T4, CellContext, Task<R>> body) : ICellBody<(T1, T2, T3, T4), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, site.Context));
}

internal readonly struct Body<T1, T2, T3, T4, T5, R>(Func<T1, T2, T3, T4, T5, R> body) : ICellBody<(T1, T2, T3, T4, T5), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5);
}

internal readonly struct TokenBody<T1, T2, T3, T4, T5, R>(Func<T1, T2, T3, T4, T5, CancellationToken, ValueTask<R>> body) : ICellBody<(T1, T2, T3, T4, T5), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, site.CancellationToken);
}

internal readonly struct TaskBody<T1, T2, T3, T4, T5, R>(Func<T1, T2, T3, T4, T5, CancellationToken, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, site.CancellationToken));
}

internal readonly struct ContextBody<T1, T2, T3, T4, T5, R>(Func<T1, T2, T3, T4, T5, CellContext, R> body) : ICellBody<(T1, T2, T3, T4, T5), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, site.Context);
}

internal readonly struct ContextTaskBody<T1, T2, T3, T4, T5, R>(Func<T1, T2, T3, T4, T5, CellContext, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, site.Context));
}

internal readonly struct Body<T1, T2, T3, T4, T5, T6, R>(Func<T1, T2, T3, T4, T5, T6, R> body) : ICellBody<(T1, T2, T3, T4, T5, T6), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5, T6) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6);
}

internal readonly struct TokenBody<T1, T2, T3, T4, T5, T6, R>(Func<T1, T2, T3, T4, T5, T6, CancellationToken, ValueTask<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, site.CancellationToken);
}

internal readonly struct TaskBody<T1, T2, T3, T4, T5, T6, R>(Func<T1, T2, T3, T4, T5, T6, CancellationToken, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, site.CancellationToken));
}

internal readonly struct ContextBody<T1, T2, T3, T4, T5, T6, R>(Func<T1, T2, T3, T4, T5, T6, CellContext, R> body) : ICellBody<(T1, T2, T3, T4, T5, T6), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5, T6) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, site.Context);
}

internal readonly struct ContextTaskBody<T1, T2, T3, T4, T5, T6, R>(Func<T1, T2, T3, T4, T5, T6, CellContext, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, site.Context));
}

internal readonly struct Body<T1, T2, T3, T4, T5, T6, T7, R>(Func<T1, T2, T3, T4, T5, T6, T7, R> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5, T6, T7) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7);
}

internal readonly struct TokenBody<T1, T2, T3, T4, T5, T6, T7, R>(Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, ValueTask<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6, T7) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, site.CancellationToken);
}

internal readonly struct TaskBody<T1, T2, T3, T4, T5, T6, T7, R>(Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6, T7) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, site.CancellationToken));
}

internal readonly struct ContextBody<T1, T2, T3, T4, T5, T6, T7, R>(Func<T1, T2, T3, T4, T5, T6, T7, CellContext, R> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5, T6, T7) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, site.Context);
}

internal readonly struct ContextTaskBody<T1, T2, T3, T4, T5, T6, T7, R>(Func<T1, T2, T3, T4, T5, T6, T7, CellContext, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6, T7) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, site.Context));
}

internal readonly struct Body<T1, T2, T3, T4, T5, T6, T7, T8, R>(Func<T1, T2, T3, T4, T5, T6, T7, T8, R> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7, T8), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5, T6, T7, T8) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, input.Item8);
}

internal readonly struct TokenBody<T1, T2, T3, T4, T5, T6, T7, T8, R>(Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, ValueTask<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7, T8), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6, T7, T8) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, input.Item8, site.CancellationToken);
}

internal readonly struct TaskBody<T1, T2, T3, T4, T5, T6, T7, T8, R>(Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7, T8), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6, T7, T8) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, input.Item8, site.CancellationToken));
}

internal readonly struct ContextBody<T1, T2, T3, T4, T5, T6, T7, T8, R>(Func<T1, T2, T3, T4, T5, T6, T7, T8, CellContext, R> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7, T8), R>
{
    public Delegate Code => body;

    public R Invoke((T1, T2, T3, T4, T5, T6, T7, T8) input, in CellSite site) => body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, input.Item8, site.Context);
}

internal readonly struct ContextTaskBody<T1, T2, T3, T4, T5, T6, T7, T8, R>(Func<T1, T2, T3, T4, T5, T6, T7, T8, CellContext, Task<R>> body) : ICellBody<(T1, T2, T3, T4, T5, T6, T7, T8), ValueTask<R>>
{
    public Delegate Code => body;

    public ValueTask<R> Invoke((T1, T2, T3, T4, T5, T6, T7, T8) input, in CellSite site) => new(body(input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, input.Item8, site.Context));
}
