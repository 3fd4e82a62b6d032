// Derived from Inputs.cs by tests/ExecGraph.Tests/Support/InputsTemplate.cs; InputsDriftTests holds it to that. Do not edit.
using System.Runtime.CompilerServices;
using ExecGraph.Definition;

namespace ExecGraph;

/// <summary>Names the two to eight columns that the next one depends on.</summary>
public static class GraphBuilderInputs
{
    extension(GraphBuilder graph)
    {
        /// <summary>The two columns that the next one depends on.</summary>
        public Inputs<T1, T2> From<T1, T2>(Column<T1> column1, Column<T2> column2)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new(graph, graph.NamesOf(column1, column2));
        }

        /// <summary>The three columns that the next one depends on.</summary>
        public Inputs<T1, T2, T3> From<T1, T2, T3>(Column<T1> column1, Column<T2> column2, Column<T3> column3)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new(graph, graph.NamesOf(column1, column2, column3));
        }

        /// <summary>The four columns that the next one depends on.</summary>
        public Inputs<T1, T2, T3, T4> From<T1, T2, T3, T4>(Column<T1> column1, Column<T2> column2, Column<T3> column3, Column<T4> column4)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new(graph, graph.NamesOf(column1, column2, column3, column4));
        }

        /// <summary>The five columns that the next one depends on.</summary>
        public Inputs<T1, T2, T3, T4, T5> From<T1, T2, T3, T4, T5>(Column<T1> column1, Column<T2> column2, Column<T3> column3, Column<T4> column4, Column<T5> column5)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new(graph, graph.NamesOf(column1, column2, column3, column4, column5));
        }

        /// <summary>The six columns that the next one depends on.</summary>
        public Inputs<T1, T2, T3, T4, T5, T6> From<T1, T2, T3, T4, T5, T6>(Column<T1> column1, Column<T2> column2, Column<T3> column3, Column<T4> column4, Column<T5> column5, Column<T6> column6)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new(graph, graph.NamesOf(column1, column2, column3, column4, column5, column6));
        }

        /// <summary>The seven columns that the next one depends on.</summary>
        public Inputs<T1, T2, T3, T4, T5, T6, T7> From<T1, T2, T3, T4, T5, T6, T7>(Column<T1> column1, Column<T2> column2, Column<T3> column3, Column<T4> column4, Column<T5> column5, Column<T6> column6, Column<T7> column7)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new(graph, graph.NamesOf(column1, column2, column3, column4, column5, column6, column7));
        }

        /// <summary>The eight columns that the next one depends on.</summary>
        public Inputs<T1, T2, T3, T4, T5, T6, T7, T8> From<T1, T2, T3, T4, T5, T6, T7, T8>(Column<T1> column1, Column<T2> column2, Column<T3> column3, Column<T4> column4, Column<T5> column5, Column<T6> column6, Column<T7> column7, Column<T8> column8)
        {
            ArgumentNullException.ThrowIfNull(graph);
            return new(graph, graph.NamesOf(column1, column2, column3, column4, column5, column6, column7, column8));
        }
    }
}

/// <summary>Two input columns, waiting to be told what to make of them; see <see cref="Inputs{T1}"/>.</summary>
/// <typeparam name="T1">The type of input column 1.</typeparam>
/// <typeparam name="T2">The type of input column 2.</typeparam>
public readonly struct Inputs<T1, T2>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2), TwoInputs<T1, T2>, Body<T1, T2, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TokenBody<T1, T2, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, T2, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TaskBody<T1, T2, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, T2, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, ContextBody<T1, T2, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, T2, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, ContextTaskBody<T1, T2, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, T2, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2), TwoInputs<T1, T2>, ContextBody<T1, T2, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, T2, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2), TwoInputs<T1, T2>, Body<T1, T2, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TokenBody<T1, T2, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TaskBody<T1, T2, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2), TwoInputs<T1, T2>, Body<T1, T2, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TokenBody<T1, T2, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TaskBody<T1, T2, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2), TwoInputs<T1, T2>, Body<T1, T2, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TokenBody<T1, T2, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2), TwoInputs<T1, T2>, TaskBody<T1, T2, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2)>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2), TwoInputs<T1, T2>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2), TwoInputs<T1, T2>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2)>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2), TwoInputs<T1, T2>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2)>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2), TwoInputs<T1, T2>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2), TwoInputs<T1, T2>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2)>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2), TwoInputs<T1, T2>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
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
        string name, Func<S> seed, Func<S, T1, T2, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, T2, S}, Func{S, S, S}, Func{S, T1, T2, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, (T1, T2), TwoInputs<T1, T2>, R>(name, _names, new(
            seed,
            (state, input) => accumulate(state, input.Item1, input.Item2),
            merge,
            selectRow is null ? null : (state, input) => selectRow(state, input.Item1, input.Item2),
            selectAll), options);
    }
}

/// <summary>Three input columns, waiting to be told what to make of them; see <see cref="Inputs{T1}"/>.</summary>
/// <typeparam name="T1">The type of input column 1.</typeparam>
/// <typeparam name="T2">The type of input column 2.</typeparam>
/// <typeparam name="T3">The type of input column 3.</typeparam>
public readonly struct Inputs<T1, T2, T3>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, Body<T1, T2, T3, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TokenBody<T1, T2, T3, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TaskBody<T1, T2, T3, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, ContextBody<T1, T2, T3, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, ContextTaskBody<T1, T2, T3, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, ContextBody<T1, T2, T3, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, T2, T3, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, Body<T1, T2, T3, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TokenBody<T1, T2, T3, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TaskBody<T1, T2, T3, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, Body<T1, T2, T3, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TokenBody<T1, T2, T3, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TaskBody<T1, T2, T3, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, Body<T1, T2, T3, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TokenBody<T1, T2, T3, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3), ThreeInputs<T1, T2, T3>, TaskBody<T1, T2, T3, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3)>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3), ThreeInputs<T1, T2, T3>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3), ThreeInputs<T1, T2, T3>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3)>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3), ThreeInputs<T1, T2, T3>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3)>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3), ThreeInputs<T1, T2, T3>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3), ThreeInputs<T1, T2, T3>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3)>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3), ThreeInputs<T1, T2, T3>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
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
        string name, Func<S> seed, Func<S, T1, T2, T3, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, T2, T3, S}, Func{S, S, S}, Func{S, T1, T2, T3, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, (T1, T2, T3), ThreeInputs<T1, T2, T3>, R>(name, _names, new(
            seed,
            (state, input) => accumulate(state, input.Item1, input.Item2, input.Item3),
            merge,
            selectRow is null ? null : (state, input) => selectRow(state, input.Item1, input.Item2, input.Item3),
            selectAll), options);
    }
}

/// <summary>Four input columns, waiting to be told what to make of them; see <see cref="Inputs{T1}"/>.</summary>
/// <typeparam name="T1">The type of input column 1.</typeparam>
/// <typeparam name="T2">The type of input column 2.</typeparam>
/// <typeparam name="T3">The type of input column 3.</typeparam>
/// <typeparam name="T4">The type of input column 4.</typeparam>
public readonly struct Inputs<T1, T2, T3, T4>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, Body<T1, T2, T3, T4, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TokenBody<T1, T2, T3, T4, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TaskBody<T1, T2, T3, T4, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, ContextBody<T1, T2, T3, T4, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, ContextTaskBody<T1, T2, T3, T4, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, ContextBody<T1, T2, T3, T4, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, T2, T3, T4, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, Body<T1, T2, T3, T4, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TokenBody<T1, T2, T3, T4, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TaskBody<T1, T2, T3, T4, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, Body<T1, T2, T3, T4, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TokenBody<T1, T2, T3, T4, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TaskBody<T1, T2, T3, T4, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, Body<T1, T2, T3, T4, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TokenBody<T1, T2, T3, T4, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, TaskBody<T1, T2, T3, T4, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4)>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4)>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4)>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4)>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
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
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, T2, T3, T4, S}, Func{S, S, S}, Func{S, T1, T2, T3, T4, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, (T1, T2, T3, T4), FourInputs<T1, T2, T3, T4>, R>(name, _names, new(
            seed,
            (state, input) => accumulate(state, input.Item1, input.Item2, input.Item3, input.Item4),
            merge,
            selectRow is null ? null : (state, input) => selectRow(state, input.Item1, input.Item2, input.Item3, input.Item4),
            selectAll), options);
    }
}

/// <summary>Five input columns, waiting to be told what to make of them; see <see cref="Inputs{T1}"/>.</summary>
/// <typeparam name="T1">The type of input column 1.</typeparam>
/// <typeparam name="T2">The type of input column 2.</typeparam>
/// <typeparam name="T3">The type of input column 3.</typeparam>
/// <typeparam name="T4">The type of input column 4.</typeparam>
/// <typeparam name="T5">The type of input column 5.</typeparam>
public readonly struct Inputs<T1, T2, T3, T4, T5>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, Body<T1, T2, T3, T4, T5, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TokenBody<T1, T2, T3, T4, T5, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TaskBody<T1, T2, T3, T4, T5, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, ContextBody<T1, T2, T3, T4, T5, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, ContextTaskBody<T1, T2, T3, T4, T5, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, ContextBody<T1, T2, T3, T4, T5, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, T2, T3, T4, T5, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, Body<T1, T2, T3, T4, T5, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TokenBody<T1, T2, T3, T4, T5, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TaskBody<T1, T2, T3, T4, T5, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, Body<T1, T2, T3, T4, T5, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TokenBody<T1, T2, T3, T4, T5, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TaskBody<T1, T2, T3, T4, T5, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, Body<T1, T2, T3, T4, T5, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TokenBody<T1, T2, T3, T4, T5, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, TaskBody<T1, T2, T3, T4, T5, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5)>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5)>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5)>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5)>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
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
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, T2, T3, T4, T5, S}, Func{S, S, S}, Func{S, T1, T2, T3, T4, T5, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, (T1, T2, T3, T4, T5), FiveInputs<T1, T2, T3, T4, T5>, R>(name, _names, new(
            seed,
            (state, input) => accumulate(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5),
            merge,
            selectRow is null ? null : (state, input) => selectRow(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5),
            selectAll), options);
    }
}

/// <summary>Six input columns, waiting to be told what to make of them; see <see cref="Inputs{T1}"/>.</summary>
/// <typeparam name="T1">The type of input column 1.</typeparam>
/// <typeparam name="T2">The type of input column 2.</typeparam>
/// <typeparam name="T3">The type of input column 3.</typeparam>
/// <typeparam name="T4">The type of input column 4.</typeparam>
/// <typeparam name="T5">The type of input column 5.</typeparam>
/// <typeparam name="T6">The type of input column 6.</typeparam>
public readonly struct Inputs<T1, T2, T3, T4, T5, T6>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, Body<T1, T2, T3, T4, T5, T6, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TokenBody<T1, T2, T3, T4, T5, T6, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TaskBody<T1, T2, T3, T4, T5, T6, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, ContextBody<T1, T2, T3, T4, T5, T6, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, ContextTaskBody<T1, T2, T3, T4, T5, T6, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, ContextBody<T1, T2, T3, T4, T5, T6, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, Body<T1, T2, T3, T4, T5, T6, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TokenBody<T1, T2, T3, T4, T5, T6, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TaskBody<T1, T2, T3, T4, T5, T6, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, Body<T1, T2, T3, T4, T5, T6, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TokenBody<T1, T2, T3, T4, T5, T6, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TaskBody<T1, T2, T3, T4, T5, T6, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, Body<T1, T2, T3, T4, T5, T6, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TokenBody<T1, T2, T3, T4, T5, T6, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, TaskBody<T1, T2, T3, T4, T5, T6, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6)>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6)>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6)>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6)>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
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
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, T6, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, T2, T3, T4, T5, T6, S}, Func{S, S, S}, Func{S, T1, T2, T3, T4, T5, T6, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, T6, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, (T1, T2, T3, T4, T5, T6), SixInputs<T1, T2, T3, T4, T5, T6>, R>(name, _names, new(
            seed,
            (state, input) => accumulate(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6),
            merge,
            selectRow is null ? null : (state, input) => selectRow(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6),
            selectAll), options);
    }
}

/// <summary>Seven input columns, waiting to be told what to make of them; see <see cref="Inputs{T1}"/>.</summary>
/// <typeparam name="T1">The type of input column 1.</typeparam>
/// <typeparam name="T2">The type of input column 2.</typeparam>
/// <typeparam name="T3">The type of input column 3.</typeparam>
/// <typeparam name="T4">The type of input column 4.</typeparam>
/// <typeparam name="T5">The type of input column 5.</typeparam>
/// <typeparam name="T6">The type of input column 6.</typeparam>
/// <typeparam name="T7">The type of input column 7.</typeparam>
public readonly struct Inputs<T1, T2, T3, T4, T5, T6, T7>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, Body<T1, T2, T3, T4, T5, T6, T7, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TokenBody<T1, T2, T3, T4, T5, T6, T7, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TaskBody<T1, T2, T3, T4, T5, T6, T7, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, ContextBody<T1, T2, T3, T4, T5, T6, T7, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, ContextTaskBody<T1, T2, T3, T4, T5, T6, T7, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, ContextBody<T1, T2, T3, T4, T5, T6, T7, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, T7, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, Body<T1, T2, T3, T4, T5, T6, T7, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TokenBody<T1, T2, T3, T4, T5, T6, T7, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TaskBody<T1, T2, T3, T4, T5, T6, T7, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, T7, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, Body<T1, T2, T3, T4, T5, T6, T7, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TokenBody<T1, T2, T3, T4, T5, T6, T7, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TaskBody<T1, T2, T3, T4, T5, T6, T7, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, T7, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, Body<T1, T2, T3, T4, T5, T6, T7, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TokenBody<T1, T2, T3, T4, T5, T6, T7, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, T7, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, TaskBody<T1, T2, T3, T4, T5, T6, T7, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7)>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7)>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7)>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7)>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
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
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, T7, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, T6, T7, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, T2, T3, T4, T5, T6, T7, S}, Func{S, S, S}, Func{S, T1, T2, T3, T4, T5, T6, T7, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, T7, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, T7, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, T6, T7, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, (T1, T2, T3, T4, T5, T6, T7), SevenInputs<T1, T2, T3, T4, T5, T6, T7>, R>(name, _names, new(
            seed,
            (state, input) => accumulate(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7),
            merge,
            selectRow is null ? null : (state, input) => selectRow(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7),
            selectAll), options);
    }
}

/// <summary>Eight input columns, waiting to be told what to make of them; see <see cref="Inputs{T1}"/>.</summary>
/// <typeparam name="T1">The type of input column 1.</typeparam>
/// <typeparam name="T2">The type of input column 2.</typeparam>
/// <typeparam name="T3">The type of input column 3.</typeparam>
/// <typeparam name="T4">The type of input column 4.</typeparam>
/// <typeparam name="T5">The type of input column 5.</typeparam>
/// <typeparam name="T6">The type of input column 6.</typeparam>
/// <typeparam name="T7">The type of input column 7.</typeparam>
/// <typeparam name="T8">The type of input column 8.</typeparam>
public readonly struct Inputs<T1, T2, T3, T4, T5, T6, T7, T8>
{
    private readonly GraphBuilder _graph;
    private readonly string[] _names;

    internal Inputs(GraphBuilder graph, string[] names)
    {
        _graph = graph;
        _names = names;
    }

    /// <summary>A column computed cell by cell. Called once for each row, by many threads at once.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, Body<T1, T2, T3, T4, T5, T6, T7, T8, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TokenBody<T1, T2, T3, T4, T5, T6, T7, T8, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TaskBody<T1, T2, T3, T4, T5, T6, T7, T8, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-2)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, CellContext, ValueTask<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, ContextBody<T1, T2, T3, T4, T5, T6, T7, T8, ValueTask<R>>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell, asynchronously, from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-3)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, CellContext, Task<R>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, ContextTaskBody<T1, T2, T3, T4, T5, T6, T7, T8, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>A column computed cell by cell from its inputs and the cell's context.</summary>
    [OverloadResolutionPriority(-4)]
    public Column<R> Cell<R>(string name, Func<T1, T2, T3, T4, T5, T6, T7, T8, CellContext, R> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, ContextBody<T1, T2, T3, T4, T5, T6, T7, T8, R>, R, OneOutput<R>>([name], _names, new(body), options);
        return _graph.Handle<R>(name);
    }

    /// <summary>Two columns from one call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, T7, T8, (A, B)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, Body<T1, T2, T3, T4, T5, T6, T7, T8, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, ValueTask<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TokenBody<T1, T2, T3, T4, T5, T6, T7, T8, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Two columns from one asynchronous call; a row has both or neither.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second) Cell<A, B>(
        string nameA, string nameB, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, Task<(A, B)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TaskBody<T1, T2, T3, T4, T5, T6, T7, T8, (A, B)>, (A, B), TwoOutputs<A, B>>([nameA, nameB], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB));
    }

    /// <summary>Three columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, Body<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, ValueTask<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TokenBody<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Three columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third) Cell<A, B, C>(
        string nameA, string nameB, string nameC, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, Task<(A, B, C)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TaskBody<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C)>, (A, B, C), ThreeOutputs<A, B, C>>([nameA, nameB, nameC], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC));
    }

    /// <summary>Four columns from one call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C, D)> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddSync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, Body<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, ValueTask<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TokenBody<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>Four columns from one asynchronous call; a row has all or none.</summary>
    [OverloadResolutionPriority(-1)]
    public (Column<A> First, Column<B> Second, Column<C> Third, Column<D> Fourth) Cell<A, B, C, D>(
        string nameA, string nameB, string nameC, string nameD, Func<T1, T2, T3, T4, T5, T6, T7, T8, CancellationToken, Task<(A, B, C, D)>> body, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        _graph.AddAsync<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, TaskBody<T1, T2, T3, T4, T5, T6, T7, T8, (A, B, C, D)>, (A, B, C, D), FourOutputs<A, B, C, D>>(
            [nameA, nameB, nameC, nameD], _names, new(body), options);
        return (_graph.Handle<A>(nameA), _graph.Handle<B>(nameB), _graph.Handle<C>(nameC), _graph.Handle<D>(nameD));
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, ascending. One value for each row, in the same order.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7, T8)>, IReadOnlyList<R>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7, T8)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, R>(name, _names, new(body), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed in micro-batches of whatever rows are ready, asynchronously. An async lambda that returns an array needs the type: <c>Stream&lt;float&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Stream<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7, T8)>, CancellationToken, Task<IReadOnlyList<R>>> body, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new StreamOptions(), streamable: true, code: body);
    }

    /// <summary>A column computed by one call that sees every surviving row of its scope. One value for each row, in the same order. O(rows) memory.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7, T8)>, IReadOnlyList<R>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, R>(name, _names, (batch, _) => new(body(batch)), isAsync: false, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7, T8)>, CancellationToken, ValueTask<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, R>(name, _names, new(body), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
    }

    /// <summary>A column computed by one asynchronous call that sees every surviving row of its scope. O(rows) memory. An async lambda that returns an array needs the type: <c>Barrier&lt;bool&gt;(...)</c>.</summary>
    [OverloadResolutionPriority(-1)]
    public Column<R> Barrier<R>(string name, Func<IRowBatch<(T1, T2, T3, T4, T5, T6, T7, T8)>, CancellationToken, Task<IReadOnlyList<R>>> body, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _graph.AddBatch<(T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, R>(name, _names, (batch, token) => new(body(batch, token)), isAsync: true, options ?? new BarrierOptions(), streamable: false, code: body);
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
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, T7, T8, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, T6, T7, T8, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, select, selectAll: null, options);
    }

    /// <summary>An aggregate that gives every row the same value, so that no input is kept for it.</summary>
    /// <inheritdoc cref="Aggregate{S, R}(string, Func{S}, Func{S, T1, T2, T3, T4, T5, T6, T7, T8, S}, Func{S, S, S}, Func{S, T1, T2, T3, T4, T5, T6, T7, T8, R}, BarrierOptions?)" path="/param"/>
    public Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, T7, T8, S> accumulate, Func<S, S, S> merge, Func<S, R> select, BarrierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(select);
        return Aggregate<S, R>(name, seed, accumulate, merge, selectRow: null, select, options);
    }

    private Column<R> Aggregate<S, R>(
        string name, Func<S> seed, Func<S, T1, T2, T3, T4, T5, T6, T7, T8, S> accumulate, Func<S, S, S> merge, Func<S, T1, T2, T3, T4, T5, T6, T7, T8, R>? selectRow, Func<S, R>? selectAll, BarrierOptions? options)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(accumulate);
        ArgumentNullException.ThrowIfNull(merge);
        return _graph.AddAggregate<S, (T1, T2, T3, T4, T5, T6, T7, T8), EightInputs<T1, T2, T3, T4, T5, T6, T7, T8>, R>(name, _names, new(
            seed,
            (state, input) => accumulate(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, input.Item8),
            merge,
            selectRow is null ? null : (state, input) => selectRow(state, input.Item1, input.Item2, input.Item3, input.Item4, input.Item5, input.Item6, input.Item7, input.Item8),
            selectAll), options);
    }
}
