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

        // Of stdin: a large buffer is taken when there is much to copy.
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
            Channel reader = null;
            Intake intake = null;
            bool ended = output.Source == null;
            try
            {
                if (!ended) intake = new Intake(output.Source, log, output.Number, Grew);
                Task<int> pending = null;
                if (coming != null)
                {
                    var kept = new MemoryStream();
                    while (!ended && kept.Length < ReadAhead)
                    {
                        pending = intake.Next(true, stop.Token);
                        if (await Task.WhenAny(coming, pending).ConfigureAwait(false) == coming) break;
                        ended = await pending.ConfigureAwait(false) == 0;
                        pending = null;
                        intake.Keep(kept);
                    }
                    if (ended) await Task.WhenAny(coming, Task.Delay(ReaderGraceMs, stop.Token)).ConfigureAwait(false);
                    // Who comes later still finds it all in the log.
                    if (!ended || coming.IsCompleted) reader = await coming.ConfigureAwait(false);
                    if (reader != null) reader = await Give(output, reader, () => reader.Write(kept.GetBuffer(), 0, (int)kept.Length, stop.Token)).ConfigureAwait(false);
                }
                for (int reads = 1; !ended; reads++)
                {
                    int n = pending == null ? intake.Now(reader != null) : await pending.ConfigureAwait(false);
                    pending = null;
                    if (n == Native.NothingYet) n = await intake.Next(reader != null, stop.Token).ConfigureAwait(false);
                    ended = n == 0;
                    if (ended) break;
                    if (reader == null) intake.Forget();
                    else reader = await Give(output, reader, () => intake.Deliver(reader, stop.Token)).ConfigureAwait(false);
                    if (reads % ReadsBeforeYield == 0) await Task.Yield();
                }
            }
            catch (Exception)
            {
                // Stopped, or the pipe broke: what came before it is in the log.
            }
            if (Volatile.Read(ref stopped) && !ended) intake?.Rest();
            intake?.Dispose();
            output.Source?.Dispose();
            if (reader == null) output.Foreground?.Dispose();
            else output.Foreground.Finish();
            if (Volatile.Read(ref stopped)) return; // the program may live on: its stream has not ended
            long bytes = log.End(output.Number);
            Grew();
            Tell(() => new Dictionary<string, object> { ["kind"] = "streamEnd", ["stream"] = output.Name, ["bytes"] = bytes });
        }

        /// <summary>Null when the reader has gone away: from here on the stream is the log's alone.</summary>
        private static async Task<Channel> Give(Output output, Channel reader, Func<Task> write)
        {
            try
            {
                await write().ConfigureAwait(false);
                return reader;
            }
            catch (Exception e) when (e is IOException || e is ObjectDisposedException)
            {
                output.Foreground.Dispose();
                return null;
            }
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
                    if (n == buffer.Length && large == null) buffer = large = LargeBuffers.Take();
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
}
