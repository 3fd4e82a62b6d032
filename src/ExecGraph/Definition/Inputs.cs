using System.Runtime.CompilerServices;
using ExecGraph.Definition;

namespace ExecGraph;

/// <summary>One input column: what <see cref="GraphBuilder.From{T1}"/> gives, waiting to be told what to make of it.</summary>
/// <remarks>Its siblings for two to eight inputs are alike, in Inputs.Derived.cs.</remarks>
/// <typeparam name="T1">The type of the input column.</typeparam>
public readonly struct Inputs<T1>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<T1, OneInput<T1>, Body<T1, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TokenBody<T1, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TaskBody<T1, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, ContextBody<T1, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, ContextTaskBody<T1, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<T1, OneInput<T1>, ContextBody<T1, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<T1, OneInput<T1>, Body<T1, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TokenBody<T1, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TaskBody<T1, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<T1, OneInput<T1>, Body<T1, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TokenBody<T1, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TaskBody<T1, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<T1, OneInput<T1>, Body<T1, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TokenBody<T1, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<T1, OneInput<T1>, TaskBody<T1, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<T1>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<T1, OneInput<T1>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<T1>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<T1, OneInput<T1>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<T1>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<T1, OneInput<T1>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<T1>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<T1, OneInput<T1>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<T1>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<T1, OneInput<T1>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<T1>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<T1, OneInput<T1>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>
    /// A barrier whose state is folded row group by row group, rows ascending, and merged in ascending group order; each row's value is
    /// then selected from the merged state and the row's inputs, which are kept until then.
    /// </summary>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="seed">A new, empty state.</param>
    /// <param name="accumulate">The state with one more row; may change and return the state it was given.</param>
    /// <param name="merge">Two states as one; may change and return the first. If it throws, the run fails: it is not tried again.</param>
    /// <param name="select">A row's value.</param>
    /// <param name="options">How the calls are run.</param>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, S> accumulate, Func<S, S, S> merge, Func<S, T1, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, S}, Func{S, S, S}, Func{S, T1, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, S> accumulate, Func<S, S, S> merge, Func<S, T1, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, T1, OneInput<T1>, R>(name, _names, new(seed, accumulate, merge, selectRow, selectAll), options);
    }
}
