// From a program's pipe to its log.
using System;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace HostCompute.Bridge
{
    /// <summary>
    /// Moves what a program has written from its pipe to its log. On Linux and Windows the bytes are in the one or in the other at any time, whenever
    /// this process is killed; elsewhere the bytes of one read may be in neither. One pump uses it.
    /// </summary>
    internal sealed class Intake : IDisposable
    {
        private const int Small = 4 << 10;
        private const int Large = 256 << 10;

        private readonly PipeEnd end;
        private readonly Channel source;
        private readonly Log log;
        private readonly byte stream;
        private readonly Action logged;
        private Splicer copy;
        private byte[] bytes;
        private int inBytes;
        private bool widened, piped, peekable, resumed;

        /// <summary>`logged` is called whenever bytes have come into the log.</summary>
        public Intake(PipeEnd end, Log log, byte stream, Action logged)
        {
            this.end = end;
            this.log = log;
            this.stream = stream;
            this.logged = logged;
            source = end.Open(PipeDirection.In);
            piped = source.Polled;
            peekable = Native.Windows;
            if (piped) log.Resume(stream, payload => { if (Begins(payload)) Log.Drop(source, payload.Length); });
        }

        /// <summary>
        /// Puts the bytes that are there into the log: their number, 0 at the end, or <see cref="Native.NothingYet"/>. With `keep` there is a copy for
        /// <see cref="Deliver"/>, <see cref="Keep"/> or <see cref="Forget"/>, one of which has to be called before the next bytes are.
        /// </summary>
        public int Now(bool keep)
        {
            if (!source.Polled) return peekable ? Peeked() : Native.NothingYet;
            int n = 0;
            if (piped && !keep) n = Math.Min(Native.Available(source.Handle), Large);
            if (piped && n == 0)
            {
                // Only tee tells an end from a pipe that is empty without taking a byte that comes meanwhile.
                if (copy == null) copy = Splicer.Take();
                n = copy == null ? Native.NotPossible : copy.Copy(source.Handle, Large);
                if (n == Native.NotPossible && copy != null) piped = false;
            }
            if (!piped || n == Native.NotPossible) return Copied();
            if (n <= 0) return n;
            log.Append(stream, source, n);
            return Told(n);
        }

        /// <summary>The same, and waits for bytes.</summary>
        public async Task<int> Next(bool keep, CancellationToken stop)
        {
            for (;;)
            {
                int n = Now(keep);
                if (n != Native.NothingYet) return n;
                ReturnBuffers();
                if (source.Polled || peekable) await source.Readable(stop).ConfigureAwait(false);
                if (source.Polled) continue;
                n = Now(keep);
                if (n != Native.NothingYet) return n;
                TakeBytes(Small);
                inBytes = await source.Read(bytes, Log.HeaderBytes, Small, stop).ConfigureAwait(false);
                if (inBytes == 0) return 0;
                log.Append(stream, bytes, inBytes);
                return Told(inBytes);
            }
        }

        /// <summary>What is there when a relay ends: whoever reads the log wants it. Bounded, since a program may write on.</summary>
        public void Rest()
        {
            try
            {
                for (int left = Large; left > 0;)
                {
                    Forget();
                    int n = Now(false);
                    if (n <= 0) return;
                    left -= n;
                }
            }
            catch (Exception) { /* closed meanwhile */ }
        }

        /// <summary>Throws IOException when the reader is gone.</summary>
        public async Task Deliver(Channel reader, CancellationToken stop)
        {
            if (inBytes > 0) await reader.Write(bytes, Log.HeaderBytes, inBytes, stop).ConfigureAwait(false);
            else await copy.Deliver(reader, stop).ConfigureAwait(false);
            inBytes = 0;
        }

        public void Keep(Stream kept)
        {
            if (inBytes > 0) kept.Write(bytes, Log.HeaderBytes, inBytes);
            else copy?.Drain(kept);
            inBytes = 0;
        }

        public void Forget() => Keep(Stream.Null);

        public void Dispose() => ReturnBuffers();

        /// <summary>
        /// On Windows: a copy is logged before the bytes are taken. What is there after a kill may come late, with the first bytes that do.
        /// </summary>
        private int Peeked()
        {
            TakeBytes(Small);
            int n = Peek(out int there);
            if (there > n && n == Small)
            {
                TakeBytes(Large);
                n = Peek(out there);
            }
            peekable = n != Native.NotPossible;
            if (!peekable) return Native.NothingYet;
            if (n <= 0) return n;
            if (!resumed)
            {
                resumed = true;
                bool known = false;
                log.Resume(stream, payload =>
                {
                    known = bytes.Skip(Log.HeaderBytes).Take(n).Take(payload.Length).SequenceEqual(payload);
                    if (known) Take(payload.Length);
                });
                if (known) return Peeked();
            }
            log.Append(stream, bytes, n, () => Take(n));
            inBytes = n;
            return Told(n);
        }

        private int Peek(out int there) => WindowsPipe.Peek(source.Handle, bytes, Log.HeaderBytes, bytes.Length - Log.HeaderBytes, out there);

        private void Take(int left)
        {
            byte[] taken = LargeBuffers.Take();
            while (left > 0)
            {
                int n = source.TakeNow(taken, 0, Math.Min(left, taken.Length));
                if (n == 0) throw new IOException("a program's pipe lost " + left + " bytes");
                left -= n;
            }
            LargeBuffers.Return(ref taken);
        }

        private bool Begins(byte[] payload)
        {
            copy = Splicer.Take();
            if (copy == null || copy.Copy(source.Handle, payload.Length) < payload.Length)
            {
                Forget();
                return false;
            }
            var there = new MemoryStream();
            Keep(there);
            return there.ToArray().SequenceEqual(payload);
        }

        /// <summary>Through a buffer of ours: where there are no descriptors left for a copy, or the source is no pipe.</summary>
        private int Copied()
        {
            TakeBytes(Large);
            int n = source.ReadNow(bytes, Log.HeaderBytes, Large);
            if (n <= 0) return n;
            inBytes = n;
            log.Append(stream, bytes, n);
            return Told(n);
        }

        private int Told(int n)
        {
            logged();
            if (n >= Small && piped && !widened)
            {
                end.Widen(Large);
                widened = true;
            }
            return n;
        }

        private void TakeBytes(int atLeast)
        {
            if (bytes != null && bytes.Length >= Log.HeaderBytes + atLeast) return;
            bytes = atLeast == Small ? new byte[Log.HeaderBytes + Small] : LargeBuffers.Take();
        }

        /// <summary>An idle stream holds none.</summary>
        private void ReturnBuffers()
        {
            Splicer.Return(ref copy);
            if (bytes != null && bytes.Length > Log.HeaderBytes + Small) LargeBuffers.Return(ref bytes);
        }
    }
}
