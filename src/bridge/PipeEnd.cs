// Ends of pipes: those that HCS gives, and the private ones that clients open.
using System;
using System.Globalization;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace HostCompute.Bridge
{
    /// <summary>Our end of one of a program's pipes, as HCS handed it out. Ours to close.</summary>
    internal sealed class PipeEnd : IDisposable
    {
        private readonly IntPtr value;
        private SafeHandle handle;
        private Stream stream;
        private Channel channel;
        private int disposed;

        private PipeEnd(IntPtr value)
        {
            this.value = value;
            handle = Native.Windows ? new SafeFileHandle(value, true) : (SafeHandle)new SafePipeHandle(value, true);
            Interlocked.Increment(ref Relay.OpenStreams);
        }

        public static PipeEnd Of(IntPtr value) => value == IntPtr.Zero ? null : new PipeEnd(value);

        /// <summary>Before the first read or write, once.</summary>
        public Channel Open(PipeDirection direction) => channel = new Channel(handle, () => stream = Native.Windows
            ? OpenWindows((SafeFileHandle)handle, direction == PipeDirection.In ? FileAccess.Read : FileAccess.Write)
            : (Stream)new AnonymousPipeClientStream(direction, (SafePipeHandle)handle));

        /// <summary>
        /// HCS's ends are overlapped, as hcsshim's way of wrapping them shows; no page says so. One that is not costs a thread while it is read.
        /// </summary>
        private static Stream OpenWindows(SafeFileHandle end, FileAccess access)
        {
            try { return new FileStream(end, access, 1, true); }
            catch (ArgumentException) { return new FileStream(end, access, 1, false); }
        }

        /// <summary>Room for a program that writes faster than we wake up.</summary>
        public void Widen(int bytes) => Native.SetPipeCapacity(handle, bytes);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 1) return;
            Interlocked.Decrement(ref Relay.OpenStreams);
            channel?.Dispose();
            try { stream?.Dispose(); } catch (IOException) { /* a flush of nothing */ }
            handle.Dispose();
        }
    }

    /// <summary>
    /// A pipe for one reader or writer of ours: Unix socket (0600, unlinked after its one accept) or single-instance named pipe, for this user
    /// only (elevated: administrators). Who connects first writes the token, 64 hex characters.
    /// </summary>
    internal sealed class PrivatePipe : IDisposable
    {
        public readonly string Path, Token;
        private readonly NamedPipeServerStream server;
        private Channel channel;
        private int disposed;

        private const int SendBuffer = 1 << 20; // a wish, and used only while the reader is behind
        private const PipeOptions CurrentUserOnly = (PipeOptions)0x20000000; // not named in netstandard2.0

        public PrivatePipe(string folder)
        {
            Token = Random(32);
            string name = Native.Windows ? "hostcompute-" + Random(16) : System.IO.Path.Combine(folder, Random(8));
            Path = Native.Windows ? @"\\.\pipe\" + name : name;
            server = Native.Windows
                ? new NamedPipeServerStream(PipeDirection.InOut, true, false, WindowsPipe.Create(Path, SendBuffer))
                : new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | CurrentUserOnly, 0, SendBuffer);
            Interlocked.Increment(ref Relay.OpenStreams);
            try { Native.MakePrivate(Path); }
            catch (Exception) { Dispose(); throw; }
        }

        /// <summary>
        /// The one connection, once it has shown the token; null when nobody came within <paramref name="comingMs"/> (-1: there is no such end),
        /// or the token did not come within <paramref name="tokenMs"/>, or was wrong.
        /// </summary>
        public async Task<Channel> Accept(int comingMs, int tokenMs, CancellationToken stop)
        {
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                try
                {
                    limit.CancelAfter(comingMs);
                    await server.WaitForConnectionAsync(limit.Token).ConfigureAwait(false);
                    limit.CancelAfter(tokenMs);
                    Unlink();
                    channel = new Channel(server.SafePipeHandle, () => server);
                    byte[] shown = new byte[Token.Length];
                    for (int got = 0; got < shown.Length;)
                    {
                        int n = await channel.Read(shown, got, shown.Length - got, limit.Token).ConfigureAwait(false);
                        if (n == 0) throw new EndOfStreamException();
                        got += n;
                    }
                    int difference = 0;
                    for (int i = 0; i < shown.Length; i++) difference |= shown[i] ^ Token[i];
                    if (difference == 0) return channel;
                }
                catch (Exception) { /* nobody, or somebody who went away: the log has the bytes */ }
                // When the relay is stopped, its pump closes this once the rest is in the log.
                if (!stop.IsCancellationRequested) Dispose();
                return null;
            }
        }

        /// <summary>Ends the connection after the reader has had every byte (a socket keeps them; a named pipe would drop them).</summary>
        public void Finish()
        {
            if (!Native.Windows) { Dispose(); return; }
            Workers.Run(() =>
            {
                try { server.WaitForPipeDrain(); } catch (Exception) { /* the reader is gone */ }
                Dispose();
            });
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 1) return;
            Interlocked.Decrement(ref Relay.OpenStreams);
            Unlink();
            channel?.Dispose();
            server.Dispose();
        }

        private void Unlink()
        {
            if (Native.Windows) return;
            try { File.Delete(Path); } catch (Exception) { /* the folder may be gone */ }
        }

        private static string Random(int bytes)
        {
            var random = new byte[bytes];
            using (var generator = RandomNumberGenerator.Create()) generator.GetBytes(random);
            return string.Concat(random.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        }
    }
}
