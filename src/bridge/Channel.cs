// One open end of a pipe or socket, read and written without blocking a thread.
using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace HostCompute.Bridge
{
    /// <summary>On Linux system calls and <see cref="Readiness"/>; elsewhere .NET's stream over the same handle. Closes neither handle nor stream.</summary>
    internal sealed class Channel : IDisposable
    {
        private readonly Readiness readiness;
        private readonly Stream stream;

        /// <summary>`open` makes the stream where one is needed.</summary>
        public Channel(SafeHandle handle, Func<Stream> open)
        {
            Handle = handle;
            readiness = Native.SetNonBlocking(handle) ? Readiness.Of(handle) : null;
            if (!Polled) stream = open();
        }

        public SafeHandle Handle { get; }

        /// <summary>Whether <see cref="ReadNow"/>, <see cref="Readable"/> and <see cref="Splicer"/> may be used.</summary>
        public bool Polled => readiness != null;

        public int ReadNow(byte[] buffer, int offset, int count) => Native.ReadNow(Handle, buffer, offset, count);

        /// <summary>Bytes that are there, on Windows: so many at most.</summary>
        public int TakeNow(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

        /// <summary>Some bytes; 0 at the end.</summary>
        public async Task<int> Read(byte[] buffer, int offset, int count, CancellationToken stop)
        {
            if (!Polled) return await stream.ReadAsync(buffer, offset, count, stop).ConfigureAwait(false);
            for (;;)
            {
                int n = ReadNow(buffer, offset, count);
                if (n >= 0) return n;
                await Readable(stop).ConfigureAwait(false);
            }
        }

        /// <summary>All bytes. Throws IOException when the other end is gone.</summary>
        public async Task Write(byte[] buffer, int offset, int count, CancellationToken stop)
        {
            // On Windows the other end would read none, and take that for the end.
            if (count == 0) return;
            if (!Polled)
            {
                await stream.WriteAsync(buffer, offset, count, stop).ConfigureAwait(false);
                return;
            }
            while (count > 0)
            {
                int n = Native.WriteNow(Handle, buffer, offset, count);
                if (n == Native.NothingYet) await Writable(stop).ConfigureAwait(false);
                else
                {
                    offset += n;
                    count -= n;
                }
            }
        }

        /// <summary>
        /// Ends when there are bytes, or the end. On Windows it asks for no bytes, which a pipe answers when there are some; a runtime may answer by
        /// itself, at once.
        /// </summary>
        public async Task Readable(CancellationToken stop)
        {
            if (!Polled)
            {
                await stream.ReadAsync(new byte[1], 0, 0, stop).ConfigureAwait(false);
                return;
            }
            using (stop.Register(Dispose)) await readiness.Wait(false).ConfigureAwait(false);
        }

        /// <summary>Ends when there is room for bytes, or the other end is gone.</summary>
        public async Task Writable(CancellationToken stop)
        {
            using (stop.Register(Dispose)) await readiness.Wait(true).ConfigureAwait(false);
        }

        /// <summary>Whoever waits is cancelled.</summary>
        public void Dispose() => readiness?.Dispose();
    }
}
