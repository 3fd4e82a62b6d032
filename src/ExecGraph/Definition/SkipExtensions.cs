using ExecGraph.Definition;

namespace ExecGraph;

/// <summary>Declares which cells are not worth computing.</summary>
/// <remarks>
/// <para>A skipped cell's generator is not called: the cell has the value that was given, its row lives on, and it is counted as skipped, neither
/// as computed nor as failed. <see cref="Row.IsSkipped"/> tells it from a cell that was computed.</para>
/// <para>A cell that reads a skipped one is skipped as well, unless its column says <see cref="CellOptions.RunsOnSkippedInputs"/>. A barrier or an
/// aggregate does not see such a row, and the row's own cell of that column is skipped.</para>
/// <para>The columns that a predicate reads become dependencies of the column, but their being skipped says nothing about it: the predicate is
/// asked about the value that the skipped cell has. Only where the column also reads them itself does a skip pass on, as from any input.</para>
/// <para>A predicate is asked once for each cell whose inputs were not skipped, when all of them and all that it reads are there, before the cell
/// waits for a limiter or a worker. It should be cheap: make a column of what is not. If it throws, that is a failure of the cell, which is not
/// tried again, whatever <see cref="CellOptions.Retry"/> says.</para>
/// </remarks>
public static class SkipExtensions
{
    extension(GraphBuilder graph)
    {
        /// <summary>
        /// Skips a column's cell where the predicate says yes. A skipped cell has what <see cref="SkippedValue{R}(GraphBuilder, Column{R}, R)"/>
        /// says, else the default of its type.
        /// </summary>
        /// <param name="column">Whose cells are skipped, together with every other output of the same call. Not a source that is read row by row.</param>
        /// <param name="input">What the predicate reads; not the column itself, whose value is there only once the cell has run.</param>
        /// <param name="predicate">Of several predicates for a column the first that says yes counts, in the order of declaration.</param>
        /// <exception cref="ArgumentException">A column belongs to another builder.</exception>
        public void SkipWhen<T, R>(Column<R> column, Column<T> input, Func<T, bool> predicate) =>
            Add<T, OneInput<T>>(graph, column, [input], predicate, predicate, value: null);

        /// <summary>Skips a column's cell where the predicate says yes, and gives it a value.</summary>
        /// <param name="column">Whose cells are skipped, together with every other output of the same call. Not a source that is read row by row.</param>
        /// <param name="input">What the predicate reads; not the column itself, whose value is there only once the cell has run.</param>
        /// <param name="predicate">Of several predicates for a column the first that says yes counts, in the order of declaration.</param>
        /// <param name="value">
        /// What a cell has that is skipped for this reason; all of them share it. Other outputs of the call have what
        /// <see cref="SkippedValue{R}(GraphBuilder, Column{R}, R)"/> says.
        /// </param>
        /// <exception cref="ArgumentException">A column belongs to another builder.</exception>
        public void SkipWhen<T, R>(Column<R> column, Column<T> input, Func<T, bool> predicate, R value) =>
            Add<T, OneInput<T>>(graph, column, [input], predicate, predicate, new SkippedValue<R>(NameOf(column), value));

        /// <summary>Skips a column's cell where the predicate over two columns says yes.</summary>
        /// <inheritdoc cref="SkipWhen{T, R}(GraphBuilder, Column{R}, Column{T}, Func{T, bool})" path="/*[not(self::summary)]"/>
        public void SkipWhen<T1, T2, R>(Column<R> column, Column<T1> input1, Column<T2> input2, Func<T1, T2, bool> predicate)
        {
            ArgumentNullException.ThrowIfNull(predicate);
            Add<(T1, T2), TwoInputs<T1, T2>>(graph, column, [input1, input2], x => predicate(x.Item1, x.Item2), predicate, value: null);
        }

        /// <summary>Skips a column's cell where the predicate over two columns says yes, and gives it a value.</summary>
        /// <inheritdoc cref="SkipWhen{T, R}(GraphBuilder, Column{R}, Column{T}, Func{T, bool}, R)" path="/*[not(self::summary)]"/>
        public void SkipWhen<T1, T2, R>(Column<R> column, Column<T1> input1, Column<T2> input2, Func<T1, T2, bool> predicate, R value)
        {
            ArgumentNullException.ThrowIfNull(predicate);
            Add<(T1, T2), TwoInputs<T1, T2>>(
                graph, column, [input1, input2], x => predicate(x.Item1, x.Item2), predicate, new SkippedValue<R>(NameOf(column), value));
        }

        /// <summary>Skips a column's cell where the predicate over three columns says yes.</summary>
        /// <inheritdoc cref="SkipWhen{T, R}(GraphBuilder, Column{R}, Column{T}, Func{T, bool})" path="/*[not(self::summary)]"/>
        public void SkipWhen<T1, T2, T3, R>(
            Column<R> column, Column<T1> input1, Column<T2> input2, Column<T3> input3, Func<T1, T2, T3, bool> predicate)
        {
            ArgumentNullException.ThrowIfNull(predicate);
            Add<(T1, T2, T3), ThreeInputs<T1, T2, T3>>(
                graph, column, [input1, input2, input3], x => predicate(x.Item1, x.Item2, x.Item3), predicate, value: null);
        }

        /// <summary>Skips a column's cell where the predicate over three columns says yes, and gives it a value.</summary>
        /// <inheritdoc cref="SkipWhen{T, R}(GraphBuilder, Column{R}, Column{T}, Func{T, bool}, R)" path="/*[not(self::summary)]"/>
        public void SkipWhen<T1, T2, T3, R>(
            Column<R> column, Column<T1> input1, Column<T2> input2, Column<T3> input3, Func<T1, T2, T3, bool> predicate, R value)
        {
            ArgumentNullException.ThrowIfNull(predicate);
            Add<(T1, T2, T3), ThreeInputs<T1, T2, T3>>(
                graph, column, [input1, input2, input3], x => predicate(x.Item1, x.Item2, x.Item3), predicate, new SkippedValue<R>(NameOf(column), value));
        }

        /// <summary>
        /// What a column's cells have that are skipped because an input was, or by a predicate that gives no value. Default: the default of the
        /// column's type. Said again, the last value counts.
        /// </summary>
        /// <param name="column">The column, or a side output. It need not have a predicate.</param>
        /// <param name="value">The value; all such cells share it.</param>
        /// <exception cref="ArgumentException">The column belongs to another builder.</exception>
        public void SkippedValue<R>(Column<R> column, R value)
        {
            ArgumentNullException.ThrowIfNull(graph);
            graph.Skips.Set(new SkippedValue<R>(graph.NamesOf(column)[0], value));
        }
    }

    private static void Add<TIn, TReader>(GraphBuilder graph, IColumn column, ReadOnlySpan<IColumn> inputs, Func<TIn, bool> predicate, Delegate code, SkippedValue? value)
        where TReader : struct, IInputReader<TIn>
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(predicate);
        graph.Skips.Add(new SkipRule<TIn, TReader>(graph.NamesOf(column)[0], graph.NamesOf(inputs), predicate, value) { Code = code.Method.Module.ModuleVersionId });
    }

    private static string NameOf(IColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.Name;
    }
}
