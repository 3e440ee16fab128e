// Copies the output of one process to its log (docs/logs.md) and to a foreground reader, and a writer's bytes to its stdin.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace HostCompute.Bridge
{
    internal sealed class RelayOptions
    {
        public readonly string LogFolder, PipeFolder;
        public readonly long SegmentBytes;
        public readonly int Segments, AttachTimeoutMs;
        public readonly string[] Foreground;
        public readonly bool Stdin;

        public RelayOptions(Request r)
        {
            LogFolder = r.Text("logFolder");
            PipeFolder = r.Text("pipeFolder");
            SegmentBytes = r.Long("segmentBytes");
            Segments = r.Integer("segments");
            AttachTimeoutMs = r.Integer("attachTimeoutMs");
            Foreground = r.Texts("foreground");
            Stdin = r.Flag("stdin");
        }
    }

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
    /// A pipe for one reader or writer of ours: Unix socket (0600, unlinked after its one accept) or single-instance named pipe,
    /// current user only. Who connects first writes the token, 64 hex characters.
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
            try { server = Listen(name, PipeOptions.Asynchronous | CurrentUserOnly); }
            catch (ArgumentOutOfRangeException)
            {
                // .NET Framework: its default ACL lets others read, not write, so that they cannot send the token.
                server = Listen(name, PipeOptions.Asynchronous);
            }
            Interlocked.Increment(ref Relay.OpenStreams);
            try { Native.MakePrivate(Path); }
            catch (Exception) { Dispose(); throw; }
        }

        private static NamedPipeServerStream Listen(string name, PipeOptions options) =>
            new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, options, 0, SendBuffer);

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

    internal sealed class Relay
    {
        /// <summary>Pipe ends and private pipes that are open, of all processes.</summary>
        public static int OpenStreams;

        // An idle stream holds a small buffer; a large one is taken when there is much to copy.
        private const int SmallRead = 4 << 10;
        private const int LargeRead = 256 << 10;
        private const int ReadsBeforeYield = 32;

        // As much as a pipe holds: a program that has ended has left no more than that behind this.
        private const int ReadAhead = 64 << 10;
        private const int ReaderGraceMs = 1000;

        private sealed class Output
        {
            public string Name;
            public byte Number;
            public PipeEnd Source;
            public PrivatePipe Foreground;
        }

        private readonly int token;
        private readonly RelayOptions options;
        private readonly Log log;
        private readonly Output[] outputs;
        private readonly PipeEnd stdin;
        private readonly PrivatePipe stdinWriter;
        private readonly CancellationTokenSource stop = new CancellationTokenSource();
        private readonly object gate = new object();
        private Task[] pumps = new Task[0];
        private bool stopped, watched, growthPending, failureTold;

        public Relay(int token, RelayOptions options, PipeEnd stdin, PipeEnd stdout, PipeEnd stderr)
        {
            this.token = token;
            this.options = options;
            this.stdin = stdin;
            outputs = new[]
            {
                new Output { Name = "stdout", Number = 1, Source = stdout },
                new Output { Name = "stderr", Number = 2, Source = stderr },
            };
            try
            {
                foreach (Output output in outputs)
                    if (output.Source != null && options.Foreground.Contains(output.Name)) output.Foreground = new PrivatePipe(options.PipeFolder);
                if (options.Stdin && stdin != null) stdinWriter = new PrivatePipe(options.PipeFolder);
            }
            catch (Exception)
            {
                Release();
                throw;
            }
            log = new Log(options.LogFolder, options.SegmentBytes, options.Segments, LogFailed);
        }

        public Dictionary<string, object> Start()
        {
            log.Open();
            lock (gate)
            {
                if (!stopped)
                    pumps = outputs.Select(o => Task.Run(() => Pump(o))).Concat(stdinWriter == null ? new Task[0] : new[] { Task.Run(PumpStdin) }).ToArray();
            }
            return new Dictionary<string, object>
            {
                ["stdin"] = Describe(stdinWriter),
                ["stdout"] = Describe(outputs[0].Foreground),
                ["stderr"] = Describe(outputs[1].Foreground),
            };
        }

        private static object Describe(PrivatePipe pipe) =>
            pipe == null ? null : new Dictionary<string, object> { ["path"] = pipe.Path, ["token"] = pipe.Token };

        /// <summary>
        /// Log first, then the foreground reader, whose slowness is the program's. Until that reader has come, some bytes go to the log and are kept
        /// for it: a short program is over before a slow client has connected, and its exit is told when its output is in the log.
        /// </summary>
        private async Task Pump(Output output)
        {
            Task<Channel> coming = output.Foreground?.Accept(options.AttachTimeoutMs, options.AttachTimeoutMs, stop.Token);
            Channel reader = null, source = null;
            byte[] small = new byte[Log.HeaderBytes + SmallRead];
            byte[] large = null;
            Splicer splicer = null;
            Task<int> pending = null;
            try
            {
                source = output.Source?.Open(PipeDirection.In);
                if (coming != null)
                {
                    var kept = new MemoryStream();
                    bool ended = source == null;
                    while (!ended && kept.Length < ReadAhead)
                    {
                        pending = source.Read(small, Log.HeaderBytes, SmallRead, stop.Token);
                        if (await Task.WhenAny(coming, pending).ConfigureAwait(false) == coming) break;
                        int got = await pending.ConfigureAwait(false);
                        pending = null;
                        ended = got == 0;
                        if (ended) break;
                        log.Append(output.Number, small, got);
                        Grew();
                        kept.Write(small, Log.HeaderBytes, got);
                    }
                    if (ended) await Task.WhenAny(coming, Task.Delay(ReaderGraceMs, stop.Token)).ConfigureAwait(false);
                    // Who comes later still finds it all in the log.
                    if (!ended || coming.IsCompleted) reader = await coming.ConfigureAwait(false);
                    if (reader != null && kept.Length > 0) reader = await Give(output, reader, kept).ConfigureAwait(false);
                    if (ended) source = null;
                }
                int reads = 0;
                bool widened = false;
                while (source != null)
                {
                    int n;
                    byte[] chunk = small;
                    if (splicer != null && reader != null && (n = splicer.Copy(source.Handle, LargeRead)) > 0)
                    {
                        log.Append(output.Number, source, large, n);
                        Grew();
                        try { await splicer.Deliver(reader, large, stop.Token).ConfigureAwait(false); }
                        catch (Exception e) when (e is IOException || e is ObjectDisposedException)
                        {
                            output.Foreground.Dispose();
                            reader = null;
                        }
                        if (++reads % ReadsBeforeYield == 0) await Task.Yield();
                        continue;
                    }
                    Splicer.Return(ref splicer);
                    if (large != null && (n = source.ReadNow(large, Log.HeaderBytes, LargeRead)) > 0) chunk = large;
                    else
                    {
                        LargeBuffers.Return(ref large);
                        n = await (pending ?? source.Read(small, Log.HeaderBytes, SmallRead, stop.Token)).ConfigureAwait(false);
                        pending = null;
                        if (n == 0) break;
                        if (n == SmallRead && source.Polled)
                        {
                            chunk = large = LargeBuffers.Take(Log.HeaderBytes + LargeRead);
                            Buffer.BlockCopy(small, Log.HeaderBytes, large, Log.HeaderBytes, n);
                            if (!widened) { output.Source.Widen(LargeRead); widened = true; }
                            if (reader != null) splicer = Splicer.Take(LargeRead);
                            if (splicer == null) n += Math.Max(0, source.ReadNow(large, Log.HeaderBytes + n, LargeRead - n));
                        }
                    }
                    log.Append(output.Number, chunk, n);
                    Grew();
                    if (reader != null)
                    {
                        try { await reader.Write(chunk, Log.HeaderBytes, n, stop.Token).ConfigureAwait(false); }
                        catch (Exception e) when (e is IOException || e is ObjectDisposedException)
                        {
                            // It went away; from here on it is the log's alone.
                            output.Foreground.Dispose();
                            reader = null;
                        }
                    }
                    if (++reads % ReadsBeforeYield == 0) await Task.Yield();
                }
            }
            catch (Exception)
            {
                // Stopped, or the pipe broke: what came before it is in the log.
            }
            LargeBuffers.Return(ref large);
            Splicer.Return(ref splicer);
            if (Volatile.Read(ref stopped) && source != null) KeepWhatIsThere(output, source);
            output.Source?.Dispose();
            if (reader == null) output.Foreground?.Dispose();
            else output.Foreground.Finish();
            if (Volatile.Read(ref stopped)) return; // the program may live on: its stream has not ended
            long bytes = log.End(output.Number);
            Grew();
            Tell(() => new Dictionary<string, object> { ["kind"] = "streamEnd", ["stream"] = output.Name, ["bytes"] = bytes });
        }

        /// <summary>Null when it has gone away: from here on the stream is the log's alone.</summary>
        private async Task<Channel> Give(Output output, Channel reader, MemoryStream kept)
        {
            try
            {
                await reader.Write(kept.GetBuffer(), 0, (int)kept.Length, stop.Token).ConfigureAwait(false);
                return reader;
            }
            catch (Exception e) when (e is IOException || e is ObjectDisposedException)
            {
                output.Foreground.Dispose();
                return null;
            }
        }

        /// <summary>What a program has left in its pipe when the relay ends: whoever reads the log wants it. Bounded, since it may write on.</summary>
        private void KeepWhatIsThere(Output output, Channel source)
        {
            if (!source.Polled) return;
            byte[] chunk = new byte[Log.HeaderBytes + SmallRead];
            try
            {
                for (int left = LargeRead; left > 0;)
                {
                    int n = source.ReadNow(chunk, Log.HeaderBytes, SmallRead);
                    if (n <= 0) return;
                    log.Append(output.Number, chunk, n);
                    left -= n;
                }
            }
            catch (Exception) { /* closed meanwhile */ }
        }

        private async Task PumpStdin()
        {
            // Whoever asked for stdin may write much later, or leave it open and never write.
            Channel writer = await stdinWriter.Accept(Timeout.Infinite, options.AttachTimeoutMs, stop.Token).ConfigureAwait(false);
            try
            {
                Channel program = stdin.Open(PipeDirection.Out);
                byte[] small = new byte[SmallRead];
                byte[] buffer = small;
                byte[] large = null;
                while (writer != null)
                {
                    int n = await writer.Read(buffer, 0, buffer.Length, stop.Token).ConfigureAwait(false);
                    if (n == 0) break;
                    await program.Write(buffer, 0, n, stop.Token).ConfigureAwait(false);
                    if (n == buffer.Length && large == null) buffer = large = LargeBuffers.Take(LargeRead);
                    else if (n < SmallRead && large != null) { LargeBuffers.Return(ref large); buffer = small; }
                }
                LargeBuffers.Return(ref large);
            }
            catch (Exception)
            {
                // Either side went away. The writer sees its pipe close.
            }
            stdinWriter.Dispose();
            Tell(() => new Dictionary<string, object> { ["kind"] = "stdinEnd" });
        }

        public void Watch(bool on)
        {
            lock (gate) { watched = on; }
            // What came before the watch began may not have been seen: one notice for it.
            if (on) Grew();
        }

        /// <summary>The notice was pulled: the next growth makes a new one.</summary>
        public void GrowthTold() => Volatile.Write(ref growthPending, false);

        private void Grew()
        {
            if (!Volatile.Read(ref watched) || Volatile.Read(ref growthPending)) return;
            Tell(() =>
            {
                if (growthPending) return null;
                growthPending = true;
                return new Dictionary<string, object> { ["kind"] = "logGrew", ["relay"] = this };
            });
        }

        private void LogFailed(string message) => Tell(() =>
        {
            if (failureTold) return null;
            failureTold = true;
            return new Dictionary<string, object> { ["kind"] = "logFailed", ["message"] = message };
        });

        private void Tell(Func<Dictionary<string, object>> make)
        {
            lock (gate)
            {
                if (stopped) return;
                Dictionary<string, object> e = make();
                if (e == null) return;
                e["token"] = token;
                Events.Add(e);
            }
        }

        public void CloseStdin()
        {
            stdinWriter?.Dispose();
            stdin?.Dispose();
        }

        /// <summary>No event comes from this relay once it has returned. Bytes that the program has yet to write are not waited for.</summary>
        public void Stop()
        {
            Task[] running;
            lock (gate)
            {
                stopped = true;
                running = pumps;
            }
            stop.Cancel();
            // Nothing that a pump waits for goes on now. It can only be late when the disk is; then its stream ends are closed under it.
            Task.WaitAll(running, TimeSpan.FromSeconds(5));
            Release();
            log.Close();
        }

        private void Release()
        {
            foreach (Output output in outputs)
            {
                output.Foreground?.Dispose();
                output.Source?.Dispose();
            }
            CloseStdin();
        }
    }

    /// <summary>A few large buffers for streams that are busy.</summary>
    internal static class LargeBuffers
    {
        private const int Kept = 16;
        private static readonly Stack<byte[]> Free = new Stack<byte[]>();

        public static byte[] Take(int bytes)
        {
            lock (Free)
                if (Free.Count > 0 && Free.Peek().Length >= bytes) return Free.Pop();
            return new byte[bytes];
        }

        public static void Return(ref byte[] buffer)
        {
            if (buffer == null) return;
            lock (Free)
                if (Free.Count < Kept) Free.Push(buffer);
            buffer = null;
        }
    }

    /// <summary>
    /// Writes the segments of one process's log; docs/logs.md has the format. Both streams share it. Whatever goes wrong with the
    /// file, be it the disk or its limits, is told by `failed` and never stops a stream.
    /// </summary>
    internal sealed class Log
    {
        public const int HeaderBytes = 24;
        private const byte FormatVersion = 1;
        private const long UnixEpochTicks = 621355968000000000;
        private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

        private readonly string folder;
        private readonly long segmentBytes;
        private readonly int segments;
        private readonly Action<string> failed;
        private readonly long[] offsets = new long[3];
        private readonly object gate = new object();
        private FileStream file;
        private SafeFileHandle descriptor;
        private int number;
        private long position;
        private readonly Stopwatch sinceFailure = new Stopwatch();
        private bool closed;

        public Log(string folder, long segmentBytes, int segments, Action<string> failed)
        {
            this.folder = folder;
            this.segmentBytes = segmentBytes;
            this.segments = Math.Max(1, segments);
            this.failed = failed;
        }

        /// <summary>Makes the folder, finds where the streams had got to, and begins the next segment.</summary>
        public void Open()
        {
            lock (gate)
            {
                try
                {
                    Directory.CreateDirectory(folder);
                    number = Existing().DefaultIfEmpty(0).Max();
                    FindOffsets();
                    NextSegment();
                }
                catch (Exception e) { Fail(e); }
            }
        }

        /// <summary>One chunk, header and payload, in one write. `buffer` has room for the header before the payload.</summary>
        public void Append(byte stream, byte[] buffer, int length)
        {
            lock (gate)
            {
                Header(buffer, stream, 0, length, offsets[stream]);
                Write(buffer, HeaderBytes + length);
                offsets[stream] += length;
            }
        }

        /// <summary>
        /// The same for `length` bytes that are in `source`, which are taken out of it whatever becomes of the file. `scratch` has room for a
        /// header, and is for bytes that nobody wants.
        /// </summary>
        public void Append(byte stream, Channel source, byte[] scratch, int length)
        {
            lock (gate)
            {
                Header(scratch, stream, 0, length, offsets[stream]);
                int left = length;
                Write(scratch, HeaderBytes, length, () => Splicer.ToFile(source.Handle, descriptor ?? (descriptor = file.SafeFileHandle), position + HeaderBytes, ref left));
                while (left > 0)
                {
                    int n = source.ReadNow(scratch, 0, Math.Min(left, scratch.Length));
                    if (n <= 0) throw new IOException("a program's pipe lost " + left + " bytes");
                    left -= n;
                }
                offsets[stream] += length;
            }
        }

        /// <summary>Writes the end marker of a stream and says how many bytes it had since its beginning.</summary>
        public long End(byte stream)
        {
            lock (gate)
            {
                byte[] marker = new byte[HeaderBytes];
                Header(marker, 0, stream, 0, offsets[stream]);
                Write(marker, HeaderBytes);
                return offsets[stream];
            }
        }

        public void Close()
        {
            lock (gate)
            {
                closed = true;
                CloseFile();
            }
        }

        private void Write(byte[] bytes, int count, int more = 0, Action writeMore = null)
        {
            if (closed) return;
            try
            {
                if (file == null)
                {
                    if (sinceFailure.IsRunning && sinceFailure.Elapsed < RetryAfter) return;
                    Directory.CreateDirectory(folder);
                    NextSegment();
                }
                else if (position >= segmentBytes) NextSegment();
                file.Write(bytes, 0, count);
                writeMore?.Invoke();
                position += count + more;
                if (more > 0) file.Position = position;
            }
            catch (Exception e) { Fail(e); }
        }

        private void NextSegment()
        {
            CloseFile();
            int next = number + 1;
            file = new FileStream(Name(next), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
            number = next;
            position = 0;
            foreach (int old in Existing().Where(n => n <= next - segments)) File.Delete(Name(old));
            // So that the offsets can be found when the segments that told them are gone.
            for (byte stream = 1; stream <= 2; stream++)
            {
                if (offsets[stream] == 0) continue;
                byte[] mark = new byte[HeaderBytes];
                Header(mark, stream, 0, 0, offsets[stream]);
                file.Write(mark, 0, HeaderBytes);
                position += HeaderBytes;
            }
        }

        /// <summary>A chunk that was cut is taken back, so that what follows can be read; writing is tried again a second later.</summary>
        private void Fail(Exception e)
        {
            try { file?.SetLength(position); } catch (Exception) { /* a reader skips what it cannot parse */ }
            CloseFile();
            sinceFailure.Restart();
            failed(e.Message);
        }

        private void CloseFile()
        {
            try { file?.Dispose(); } catch (Exception) { /* nothing is buffered */ }
            file = null;
            descriptor = null;
        }

        private void FindOffsets()
        {
            bool stdout = false, stderr = false;
            foreach (int segment in Existing().OrderByDescending(n => n))
            {
                if (stdout && stderr) return;
                long[] found = { 0, -1, -1 };
                using (var reader = new FileStream(Name(segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096))
                {
                    byte[] header = new byte[HeaderBytes];
                    long at = 0;
                    while (at + HeaderBytes <= reader.Length)
                    {
                        reader.Position = at;
                        if (reader.Read(header, 0, HeaderBytes) < HeaderBytes || header[1] != FormatVersion) break;
                        int length = BitConverter.ToInt32(header, 4);
                        at += HeaderBytes + length;
                        if (length < 0 || at > reader.Length) break;
                        byte stream = header[0] == 0 ? header[2] : header[0];
                        if (stream == 1 || stream == 2) found[stream] = BitConverter.ToInt64(header, 8) + length;
                    }
                }
                if (!stdout && found[1] >= 0) { offsets[1] = found[1]; stdout = true; }
                if (!stderr && found[2] >= 0) { offsets[2] = found[2]; stderr = true; }
            }
        }

        private IEnumerable<int> Existing() =>
            Directory.GetFiles(folder, "*.log").Select(Path.GetFileNameWithoutExtension)
                .Where(name => name.Length == 6 && name.All(c => c >= '0' && c <= '9')).Select(name => int.Parse(name, CultureInfo.InvariantCulture)).ToList();

        private string Name(int segment) => Path.Combine(folder, segment.ToString("D6", CultureInfo.InvariantCulture) + ".log");

        private static void Header(byte[] into, byte stream, byte ended, int length, long offset)
        {
            into[0] = stream;
            into[1] = FormatVersion;
            into[2] = ended;
            into[3] = 0;
            Put(into, 4, length, 4);
            Put(into, 8, offset, 8);
            Put(into, 16, (DateTime.UtcNow.Ticks - UnixEpochTicks) / 10, 8);
        }

        private static void Put(byte[] into, int at, long value, int bytes)
        {
            for (int i = 0; i < bytes; i++) into[at + i] = (byte)(value >> (8 * i));
        }
    }
}
