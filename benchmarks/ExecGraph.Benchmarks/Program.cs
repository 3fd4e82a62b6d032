using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ExecGraph.Benchmarks;

switch (args)
{
    // Every target in one table, or the rows that are named: --quick S,V.
    case ["--quick"]:
        return await QuickTable.PrintAsync(keys: null);
    case ["--quick", string keys]:
        return await QuickTable.PrintAsync(keys);

    case [StreamedRun.Switch, string form, string rows]:
        return await StreamedRun.RunAsync(form, rows);

    // Every benchmark once, in this process: that they work, not how fast.
    case ["--dry"]:
        Scale.IsDry = true;
        IConfig once = ManualConfig.CreateMinimumViable()
            .AddJob(Job.Dry.WithToolchain(InProcessEmitToolchain.Instance))
            .WithOptions(ConfigOptions.DisableOptimizationsValidator | ConfigOptions.JoinSummary);
        var summaries = BenchmarkRunner.Run(typeof(Program).Assembly, once);
        return summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;

    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
