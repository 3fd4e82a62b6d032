namespace ExecGraph.Tests.Support;

/// <summary>
/// List schedules by rules that the engine is compared with: whenever a limiter has a permit free, the ready cell of the smallest key takes
/// it. All rows count as admitted, as they do in a window of four groups of 256 for up to 1,024 rows.
/// </summary>
internal static class ListSchedule
{
    /// <summary>The cell with the longest path still to go, itself included, first: it knows every time in advance.</summary>
    internal static Schedule Clairvoyant(Shape shape) =>
        Run(shape, (column, row) => (-shape.Columns[column].Seconds[row] - shape.After(column, row), row));

    /// <summary>The same with less knowledge: what a row still needs after the cell, but not how long the cell itself takes.</summary>
    internal static Schedule LongestAfter(Shape shape) => Run(shape, (column, row) => (-shape.After(column, row), row));

    /// <summary>The deepest column first, then the lowest row: nothing finishes rows earlier without knowing times.</summary>
    internal static Schedule DeepestFirst(Shape shape) => Run(shape, (column, row) => (-shape.Depth(column), row));

    /// <summary>Every cell of a column before the first of the next, rows in order: what a loop over columns gives.</summary>
    internal static double ColumnAtATime(Shape shape) => shape.Columns.Sum(column =>
    {
        var permits = new PriorityQueue<int, double>(Enumerable.Range(0, Shape.Capacity).Select(permit => (permit, 0.0)));
        double end = 0;
        foreach (double seconds in column.Seconds)
        {
            permits.TryPeek(out int permit, out double free);
            permits.DequeueEnqueue(permit, free + seconds);
            end = Math.Max(end, free + seconds);
        }

        return end;
    });

    internal static Schedule Run(Shape shape, Func<int, int, (double, double)> key)
    {
        var schedule = new Schedule(shape.Rows);
        var ready = new PriorityQueue<(int Column, int Row), (double, double, int)>[] { new(), new() };
        var running = new PriorityQueue<(int Column, int Row), double>();
        int[] free = [Shape.Capacity, Shape.Capacity];

        void Ready(int column, int row)
        {
            (double first, double second) = key(column, row);
            ready[shape.Columns[column].Limiter].Enqueue((column, row), (first, second, column));
        }

        void Begin(double now)
        {
            for (int limiter = 0; limiter < free.Length; limiter++)
            {
                for (; free[limiter] > 0 && ready[limiter].TryDequeue(out (int Column, int Row) cell, out _); free[limiter]--)
                    running.Enqueue(cell, now + shape.Columns[cell.Column].Seconds[cell.Row]);
            }
        }

        for (int row = 0; row < shape.Rows; row++)
            Ready(0, row);
        Begin(0);
        while (running.TryDequeue(out (int Column, int Row) ended, out double now))
        {
            schedule.CellEnded(ended.Row, now);
            free[shape.Columns[ended.Column].Limiter]++;
            foreach (int consumer in shape.Consumers(ended.Column))
                Ready(consumer, ended.Row);
            Begin(now);
        }

        return schedule;
    }
}
