// Copies the output of one process to its log (docs/logs.md) and to a foreground reader, and a writer's bytes to its stdin.
using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipes;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

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
        // Patience with whoever comes may be short; the token is on its way then, and a busy machine may keep it.
        private const int LeastTokenMs = 5000;

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
            Channel writer = await stdinWriter.Accept(Timeout.Infinite, Math.Max(options.AttachTimeoutMs, LeastTokenMs), stop.Token).ConfigureAwait(false);
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
}
