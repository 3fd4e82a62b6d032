using Microsoft.Extensions.Hosting;

namespace Enrichment;

/// <summary>Ends the service when it is disposed, and not, as a host would by itself, when Ctrl-C is pressed.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
