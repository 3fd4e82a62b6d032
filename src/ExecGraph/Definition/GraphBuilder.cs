using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using ExecGraph.Definition;
using ExecGraph.Table;

namespace ExecGraph;

/// <summary>
/// Declares the columns of a table. Handles are typed, so a missing dependency, a wrong type or a cycle does not compile; what is
/// left to check is checked by <see cref="Build"/>, all at once.
/// </summary>
/// <remarks>Not thread-safe. The graphs it builds are independent of it and of each other.</remarks>
public sealed class GraphBuilder
{
    private readonly List<ColumnDescriptor> _columns = [];
    private readonly List<ColumnFilter> _filters = [];
    private readonly Dictionary<Type, object> _codecs = [];
    private readonly List<(string Name, long Rows)> _lists = [];
    private readonly List<string> _inputs = [];
    private HashSet<string>? _outputs;

    /// <summary>What <see cref="SkipExtensions"/> declares.</summary>
    internal SkipDeclarations Skips { get; } = new();

    /// <summary>Rows of a row group, 1 or more. Default: <see cref="ExecutionGraph.DefaultRowGroupSize"/>. Checked by <see cref="Build"/>.</summary>
    public int RowGroupSize { get; set; } = ExecutionGraph.DefaultRowGroupSize;

    /// <summary>A column that is generated from the row index.</summary>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="generate">Called once for each row, by many threads at once.</param>
    /// <param name="options">How the calls are run.</param>
    public Column<T> Start<T>(string name, Func<long, T> generate, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generate);
        AddSync<long, RowInput, Body<long, T>, T, OneOutput<T>>([name], [], new(generate), options, start: true);
        return Handle<T>(name);
    }

    /// <summary>A column that is generated from the row index, asynchronously.</summary>
    /// <inheritdoc cref="Start{T}(string, Func{long, T}, CellOptions?)" path="/param"/>
    public Column<T> Start<T>(string name, Func<long, CancellationToken, ValueTask<T>> generate, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generate);
        AddAsync<long, RowInput, TokenBody<long, T>, T, OneOutput<T>>([name], [], new(generate), options, start: true);
        return Handle<T>(name);
    }

    /// <inheritdoc cref="Start{T}(string, Func{long, CancellationToken, ValueTask{T}}, CellOptions?)"/>
    [OverloadResolutionPriority(-1)]
    public Column<T> Start<T>(string name, Func<long, CancellationToken, Task<T>> generate, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generate);
        AddAsync<long, RowInput, TaskBody<long, T>, T, OneOutput<T>>([name], [], new(generate), options, start: true);
        return Handle<T>(name);
    }

    /// <summary>A column that is generated from the cell's context, asynchronously.</summary>
    /// <inheritdoc cref="Start{T}(string, Func{long, T}, CellOptions?)" path="/param"/>
    [OverloadResolutionPriority(-2)]
    public Column<T> Start<T>(string name, Func<CellContext, ValueTask<T>> generate, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generate);
        AddAsync<long, RowInput, StartContextBody<ValueTask<T>>, T, OneOutput<T>>([name], [], new(generate), options, start: true);
        return Handle<T>(name);
    }

    /// <inheritdoc cref="Start{T}(string, Func{CellContext, ValueTask{T}}, CellOptions?)"/>
    [OverloadResolutionPriority(-3)]
    public Column<T> Start<T>(string name, Func<CellContext, Task<T>> generate, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generate);
        AddAsync<long, RowInput, StartContextTaskBody<T>, T, OneOutput<T>>([name], [], new(generate), options, start: true);
        return Handle<T>(name);
    }

    /// <summary>A column that is generated from the cell's context.</summary>
    /// <inheritdoc cref="Start{T}(string, Func{long, T}, CellOptions?)" path="/param"/>
    [OverloadResolutionPriority(-4)]
    public Column<T> Start<T>(string name, Func<CellContext, T> generate, CellOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generate);
        AddSync<long, RowInput, StartContextBody<T>, T, OneOutput<T>>([name], [], new(generate), options, start: true);
        return Handle<T>(name);
    }

    /// <summary>A column that exists already, as a list. Unless <see cref="Build"/> is told less, the table has as many rows as the list.</summary>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="rows">Read by many threads at once; must not change during a run.</param>
    public Column<T> Source<T>(string name, IReadOnlyList<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        AddSync<long, RowInput, ListBody<T>, T, OneOutput<T>>([name], [], new(rows), options: null, start: true);
        _lists.Add((name, rows.Count));
        return Handle<T>(name);
    }

    /// <summary>A column that exists already, read once in each run. Needs no row count: the table ends where the rows end.</summary>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="rows">Enumerated by one thread at a time, no further ahead than the admitted row groups.</param>
    [OverloadResolutionPriority(-1)]
    public Column<T> Source<T>(string name, IEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return AddInput(name, _ => new EnumerableCursor<T>(rows.GetEnumerator()), isReadOnce: false);
    }

    /// <inheritdoc cref="Source{T}(string, IEnumerable{T})"/>
    public Column<T> Source<T>(string name, IAsyncEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return AddInput(name, rows.GetAsyncEnumerator, isReadOnce: false);
    }

    /// <summary>A column that arrives through a channel, until the channel is completed. A second run finds only what the first left.</summary>
    /// <inheritdoc cref="Source{T}(string, IEnumerable{T})" path="/param"/>
    public Column<T> Source<T>(string name, ChannelReader<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return AddInput(name, cancellationToken => new ChannelCursor<T>(rows, cancellationToken), isReadOnce: true);
    }

    /// <summary>The column that the next one depends on. For two to eight columns, name them all.</summary>
    public Inputs<T1> From<T1>(Column<T1> column) => new(this, NamesOf(column));

    /// <summary>
    /// Lets only rows go on whose value passes. A row that does not pass is filtered: nothing that depends on the column runs for it,
    /// it is absent from the output, and it is counted apart from failures.
    /// </summary>
    /// <param name="column">The column that decides.</param>
    /// <param name="keep">Called once for each value, also for that of a skipped cell. If it throws, that is a failure of the column's cell.</param>
    public void Where<T>(Column<T> column, Func<T, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        _filters.Add(new ColumnFilter<T>(NamesOf(column)[0], keep));
    }

    /// <summary>Says what the output keeps, in place of every column. The values of other columns are freed as soon as nothing needs them.</summary>
    public void Output(params ReadOnlySpan<IColumn> columns)
    {
        _outputs ??= new HashSet<string>(StringComparer.Ordinal);
        foreach (IColumn column in columns)
            _outputs.Add(NamesOf(column)[0]);
    }

    /// <summary>Says how values of a type are kept in checkpoints, where the type is not one of those that <see cref="ValueCodec{T}"/> names. The last word counts.</summary>
    public void UseCodec<T>(ValueCodec<T> codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        _codecs[typeof(T)] = new FramedCodec<T>(codec);
    }

    /// <summary>Keeps values of a type in checkpoints as JSON.</summary>
    /// <param name="type">From a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>, for example.</param>
    public void UseCodec<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        UseCodec(new JsonValueCodec<T>(type));
    }

    /// <summary>Adds a column that is described rather than typed: for plug-ins, and for names that are known only at run time.</summary>
    public void Add(ColumnDescriptor column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (column.Annotation is null && column.Generator is RunnableGenerator runnable)
            column = column with { Annotation = Annotate(runnable.Options) };
        _columns.Add(column);
    }

    /// <summary>Adds a described column and gives out the handle to its values.</summary>
    /// <exception cref="ArgumentException">The generator cannot be run, or produces another type.</exception>
    public Column<T> Add<T>(ColumnDescriptor column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (column.Generator is not RunnableGenerator runnable || runnable.OutputTypes[0] != typeof(T))
        {
            throw new ArgumentException(
                $"Column '{column.Name}' does not produce {typeof(T).Name}: its generator is {column.Generator?.GetType().Name ?? "missing"}.", nameof(column));
        }

        Add(column);
        return Handle<T>(column.Name);
    }

    /// <summary>The handle to a column or side output that was added by description.</summary>
    /// <exception cref="KeyNotFoundException">Nothing of that name and type was added.</exception>
    public Column<T> GetColumn<T>(string name)
    {
        foreach (ColumnDescriptor column in _columns)
        {
            int output = column.ProducedColumns.ToList().IndexOf(name);
            if (output >= 0 && column.Generator is RunnableGenerator runnable && output < runnable.OutputTypes.Count && runnable.OutputTypes[output] == typeof(T))
                return Handle<T>(name);
        }

        throw new KeyNotFoundException($"No column '{name}' of type {typeof(T).Name} was added.");
    }

    /// <summary>Checks everything and builds the graph.</summary>
    /// <param name="rowCount">The rows of the table, 1 or more; null: as many as the sources have.</param>
    /// <exception cref="GraphValidationException">Names every error of the graph.</exception>
    public ExecutionGraph Build(long? rowCount = null)
    {
        var errors = new List<string>();
        foreach (ColumnDescriptor column in _columns)
        {
            if (column.Generator is not RunnableGenerator runnable)
                continue;
            if (runnable.OutputTypes.Count != column.ProducedColumns.Count)
                errors.Add($"Column '{column.Name}' names {column.SideOutputs.Count} side outputs, but its generator produces {runnable.OutputTypes.Count - 1}.");
            foreach (Type type in runnable.OutputTypes.Where(IsTask))
                errors.Add($"Column '{column.Name}' would hold {type.Name.Split('`')[0]} objects: give its function a CancellationToken as last parameter, and the task is awaited.");
        }

        foreach ((string name, long rows) in _lists)
        {
            if (rowCount is { } wanted ? rows < wanted : rows != _lists[0].Rows)
            {
                errors.Add(rowCount is null
                    ? $"Sources '{_lists[0].Name}' and '{name}' differ in length: {_lists[0].Rows} and {rows} rows."
                    : $"Source '{name}' has {rows} rows; the table has {rowCount}.");
            }
        }

        if (rowCount is null && _lists.Count == 0 && _inputs.Count == 0)
            errors.Add("The row count is missing: pass it to Build, or add a Source, which knows where the rows end.");
        bool ruledByList = rowCount is null && _lists.Count > 0;
        long? graphRows = rowCount ?? (ruledByList && _lists[0].Rows > 0 ? _lists[0].Rows : null);
        ExecutionGraph graph = ExecutionGraph.Create(Skips.AddDependencies(_columns, errors), graphRows, RowGroupSize, errors);
        graph.Extras = new TableDefinition([.. _filters], _outputs is null ? null : new HashSet<string>(_outputs, StringComparer.Ordinal))
        {
            Codecs = new CodecRegistry(new Dictionary<Type, object>(_codecs)),
            SkipRules = Skips.CopyRules(),
            SkippedValues = Skips.CopyValues(),
            IsEmpty = ruledByList && _lists[0].Rows == 0,
            RulingList = ruledByList ? _lists[0].Name : null,
        };
        return graph;
    }

    internal void AddSync<TIn, TReader, TBody, TOut, TWriter>(string[] names, string[] dependencies, TBody body, CellOptions? options, bool start = false)
        where TReader : struct, IInputReader<TIn>
        where TBody : struct, ICellBody<TIn, TOut>
        where TWriter : struct, IOutputWriter<TOut> =>
        Add(names, dependencies, new SyncCellGenerator<TIn, TReader, TBody, TOut, TWriter>(body, options, start));

    internal void AddAsync<TIn, TReader, TBody, TOut, TWriter>(string[] names, string[] dependencies, TBody body, CellOptions? options, bool start = false)
        where TReader : struct, IInputReader<TIn>
        where TBody : struct, ICellBody<TIn, ValueTask<TOut>>
        where TWriter : struct, IOutputWriter<TOut> =>
        Add(names, dependencies, new AsyncCellGenerator<TIn, TReader, TBody, TOut, TWriter>(body, options, start));

    internal Column<R> AddBatch<TIn, TReader, R>(string name, string[] dependencies, BatchCall<TIn, R> call, bool isAsync, CellOptions? options, bool streamable, Delegate code)
        where TReader : struct, IInputReader<TIn>
    {
        Add([name], dependencies, new TypedBatchGenerator<TIn, TReader, R>(call, isAsync, options, streamable, code));
        return Handle<R>(name);
    }

    internal Column<R> AddAggregate<S, TIn, TReader, R>(string name, string[] dependencies, AggregateBody<S, TIn, R> body, BarrierOptions? options)
        where TReader : struct, IInputReader<TIn>
    {
        Add([name], dependencies, new AggregateGenerator<S, TIn, TReader, R>(body, options));
        return Handle<R>(name);
    }

    internal Column<T> Handle<T>(string name) => new(name, this);

    internal string[] NamesOf(params ReadOnlySpan<IColumn> columns)
    {
        var names = new string[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(columns[i], "column");
            if (columns[i] is not IOwned owned || !ReferenceEquals(owned.Owner, this))
                throw new ArgumentException($"Column '{columns[i].Name}' belongs to another GraphBuilder.");
            names[i] = columns[i].Name;
        }

        return names;
    }

    private static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static string? Annotate(CellOptions options)
    {
        string?[] notes =
        [
            options.Limiter is { } limiter ? limiter.MaxConcurrency == int.MaxValue ? limiter.Name : $"{limiter.MaxConcurrency} at once ({limiter.Name})" : null,
            options.Retry is { MaxAttempts: > 1 } retry ? $"{retry.MaxAttempts} attempts" : null,
            options is StreamOptions stream ? $"batches of {stream.MaxBatchSize}" : null,
        ];
        return string.Join(", ", notes.Where(note => note is not null)) is { Length: > 0 } text ? text : null;
    }

    private Column<T> AddInput<T>(string name, Func<CancellationToken, IAsyncEnumerator<T>> open, bool isReadOnce)
    {
        Add([name], [], new InputGenerator<T>(open, isReadOnce));
        _inputs.Add(name);
        return Handle<T>(name);
    }

    private void Add(string[] names, string[] dependencies, RunnableGenerator generator) =>
        Add(new ColumnDescriptor(names[0]) { Dependencies = dependencies, SideOutputs = names[1..], Generator = generator });
}
