// Linux: who waits for bytes, or for room. .NET's own way is edge-triggered: it wakes two threads at every write of a busy program.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace HostCompute.Bridge
{
    /// <summary>One descriptor among all that one thread watches with epoll(7), each only while somebody waits.</summary>
    internal sealed class Readiness : IDisposable
    {
        private const int CloseOnExec = 0x80000, Add = 1, Delete = 2, Modify = 3, Interrupted = 4;
        private const uint Readable = 1, Writable = 4, OneShot = 1u << 30;
        private const int EventsAtOnce = 64;

        // struct epoll_event is packed on x86-64 alone.
        private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
        private static readonly int EventBytes = DataAt + 8;

        private static readonly object Gate = new object();
        private static readonly Dictionary<long, Readiness> Watched = new Dictionary<long, Readiness>();
        private static int queue = -1;
        private static long lastId;

        [DllImport("libc", EntryPoint = "epoll_create1")] private static extern int MakeQueue(int flags);
        [DllImport("libc", EntryPoint = "epoll_ctl")] private static extern int Control(int queue, int operation, SafeHandle descriptor, byte[] change);
        [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)] private static extern int Wait(int queue, byte[] events, int most, int timeoutMs);

        private readonly SafeHandle descriptor;
        private readonly long id;
        private TaskCompletionSource<bool> waiting;
        private bool added, disposed;

        private Readiness(SafeHandle descriptor, long id)
        {
            this.descriptor = descriptor;
            this.id = id;
        }

        /// <summary>Null where there is no epoll.</summary>
        public static Readiness Of(SafeHandle descriptor)
        {
            if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux)) return null;
            lock (Gate)
            {
                if (queue < 0 && (queue = MakeQueue(CloseOnExec)) < 0) return null;
                if (lastId == 0) new Thread(Watch) { IsBackground = true, Name = "hcs readiness" }.Start();
                var made = new Readiness(descriptor, ++lastId);
                Watched.Add(made.id, made);
                return made;
            }
        }

        /// <summary>Ends when a read, or a write, would not wait: also when it would fail. Cancelled by Dispose. One at a time.</summary>
        public Task Wait(bool toWrite)
        {
            lock (Gate)
            {
                if (disposed) return Task.FromCanceled(new CancellationToken(true));
                waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Control(queue, added ? Modify : Add, descriptor, Change((toWrite ? Writable : Readable) | OneShot)) != 0) throw new System.IO.IOException("a descriptor cannot be watched");
                added = true;
                return waiting.Task;
            }
        }

        /// <summary>Before the descriptor is closed: a number that is given out anew must not be watched.</summary>
        public void Dispose()
        {
            lock (Gate)
            {
                if (disposed) return;
                disposed = true;
                Watched.Remove(id);
                if (added) Control(queue, Delete, descriptor, Change(0));
                waiting?.TrySetCanceled();
            }
        }

        private byte[] Change(uint events)
        {
            byte[] change = new byte[EventBytes];
            BitConverter.GetBytes(events).CopyTo(change, 0);
            BitConverter.GetBytes(id).CopyTo(change, DataAt);
            return change;
        }

        private static void Watch()
        {
            byte[] events = new byte[EventsAtOnce * EventBytes];
            for (;;)
            {
                int count = Wait(queue, events, EventsAtOnce, -1);
                if (count < 0 && Marshal.GetLastWin32Error() != Interrupted) throw new System.IO.IOException("epoll_wait failed: error " + Marshal.GetLastWin32Error());
                lock (Gate)
                    for (int i = 0; i < count; i++)
                        if (Watched.TryGetValue(BitConverter.ToInt64(events, i * EventBytes + DataAt), out Readiness ready)) ready.waiting?.TrySetResult(true);
            }
        }
    }
}
