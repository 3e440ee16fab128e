// Threads of the bridge's own, for native calls, and how they are woken.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace HostCompute.Bridge
{
    /// <summary>
    /// Threads for native calls, which may block for minutes: not the shared pool, which stdio and timers need. A call never waits
    /// for another one below the bound. The last thread that became idle is used first, so that a quiet bridge keeps one warm.
    /// </summary>
    internal static class Workers
    {
        private const int Bound = 512;
        private const int StackBytes = 1 << 20;
        private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);
        private static readonly object Gate = new object();
        private static readonly List<Worker> Idle = new List<Worker>();
        private static readonly Queue<Action> Waiting = new Queue<Action>();
        private static int count;

        public static int Count { get { lock (Gate) return count; } }

        /// <summary>True when no other job is under way.</summary>
        public static bool Run(Action job)
        {
            Worker idle = null;
            bool alone;
            lock (Gate)
            {
                alone = Idle.Count == count;
                if (Idle.Count > 0)
                {
                    idle = Idle[Idle.Count - 1];
                    Idle.RemoveAt(Idle.Count - 1);
                }
                else if (count < Bound) count++;
                else { Waiting.Enqueue(job); return false; }
            }
            if (idle != null) { idle.Give(job); return alone; }
            try { new Thread(new Worker().Loop, StackBytes) { IsBackground = true, Name = "hcs bridge" }.Start(job); }
            catch (OutOfMemoryException)
            {
                // No more threads to be had: let those that there are do it, one after the other.
                lock (Gate)
                {
                    count--;
                    if (count == 0) throw;
                    Waiting.Enqueue(job);
                }
            }
            return false;
        }

        private sealed class Worker
        {
            private readonly Signal given = new Signal();
            private Action job;

            public void Give(Action next)
            {
                Volatile.Write(ref job, next);
                given.Post();
            }

            public void Loop(object first)
            {
                job = (Action)first;
                while (true)
                {
                    try { job(); }
                    catch (Exception) { /* jobs answer their own failures; the thread must live */ }
                    job = null;
                    lock (Gate)
                    {
                        if (Waiting.Count > 0) { job = Waiting.Dequeue(); continue; }
                        Idle.Add(this);
                    }
                    Spin.Until(() => Volatile.Read(ref job) != null);
                    while (!given.Wait(IdleTime))
                    {
                        lock (Gate)
                        {
                            if (!Idle.Remove(this)) continue; // a job is on its way
                            count--;
                        }
                        given.Dispose();
                        return;
                    }
                }
            }
        }
    }

    /// <summary>
    /// Wakes a thread. The C library's semaphore where it is to be had: it does so in half the time of the runtime's own.
    /// </summary>
    internal sealed class Signal : IDisposable
    {
        private const int SemaphoreBytes = 64; // sem_t has 32 at most on Linux
        private readonly IntPtr native;
        private readonly SemaphoreSlim managed;

        public Signal()
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            {
                native = Marshal.AllocHGlobal(SemaphoreBytes);
                try
                {
                    if (Native.InitSemaphore(native, 0, 0) == 0) return;
                }
                catch (EntryPointNotFoundException) { /* an older C library has it elsewhere */ }
                Marshal.FreeHGlobal(native);
                native = IntPtr.Zero;
            }
            managed = new SemaphoreSlim(0);
        }

        public void Post()
        {
            if (native == IntPtr.Zero) managed.Release();
            else Native.PostSemaphore(native);
        }

        /// <summary>False when nothing was posted for (about) this long.</summary>
        public bool Wait(TimeSpan limit)
        {
            if (native == IntPtr.Zero) return managed.Wait(limit);
            long end = (DateTime.UtcNow + limit).Ticks - 621355968000000000;
            var until = new TimeSpec { Seconds = (IntPtr)(end / TimeSpan.TicksPerSecond), Nanoseconds = (IntPtr)(end % TimeSpan.TicksPerSecond * 100) };
            return Native.WaitSemaphore(native, ref until) == 0; // an interruption counts as the end: the caller asks again
        }

        public void Dispose()
        {
            managed?.Dispose();
            if (native != IntPtr.Zero) Marshal.FreeHGlobal(native);
        }
    }

    /// <summary>
    /// A short wait that does not sleep: waking a thread on another core costs as much as many a native call. It gives the core
    /// away in between, so that a thread that waits for this very core is not held up. docs/bridge-wire.md has the figures.
    /// </summary>
    internal static class Spin
    {
        private static readonly long Ticks = Environment.ProcessorCount == 1 ? 0 : Stopwatch.Frequency * 30 / 1000000;

        public static void Until(Func<bool> done)
        {
            long end = Stopwatch.GetTimestamp() + Ticks;
            while (!done() && Stopwatch.GetTimestamp() < end) Thread.Yield();
        }
    }
}
