using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ExecGraph.Checkpoints;

/// <summary>
/// Makes a directory's entries durable, which the framework has no call for: on Unix its descriptor is flushed as a file's is. Windows has nothing of the
/// kind and keeps a journal of its own.
/// </summary>
internal static class DirectoryFlush
{
    internal static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        // Of the flags only close-on-exec, which differs, and reading, which is 0: a child must not inherit the descriptor.
        int descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), OperatingSystem.IsLinux() ? 0x80000 : 0x1000000);
        if (descriptor < 0)
            throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // Quiet where the file system cannot flush directories, as of network shares: there is nothing else to be done.
        RandomAccess.FlushToDisk(handle);
    }

    // Not LibraryImport, which generates unsafe code, and the library has none; nothing here needs more than an array to be pinned.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
}
