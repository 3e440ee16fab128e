// What HCS and the relays tell, until TypeScript pulls it.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace HostCompute.Bridge
{
    /// <summary>Events in the order in which they came, until TypeScript pulls them.</summary>
    internal static class Events
    {
        private static readonly object Gate = new object();
        private static readonly Queue<Dictionary<string, object>> Queue = new Queue<Dictionary<string, object>>();
        private static TaskCompletionSource<object> puller;
        private static int pullerMax;
        private static bool delivering;
        private static bool open;
        private static long sequence;

        public static void Open() { lock (Gate) open = true; }

        public static void Add(Dictionary<string, object> e)
        {
            lock (Gate)
            {
                if (!open) return;
                e["sequence"] = ++sequence;
                Queue.Enqueue(e);
                if (puller == null || delivering) return;
                delivering = true;
            }
            // Never on the thread that brought the event: it may be HCS's, and completing the pull runs edge's code.
            Workers.Run(Deliver);
        }

        private static void Deliver()
        {
            TaskCompletionSource<object> waiting;
            object batch;
            lock (Gate)
            {
                delivering = false;
                waiting = puller;
                if (waiting == null || (open && Queue.Count == 0)) return;
                puller = null;
                batch = Take(pullerMax);
            }
            waiting.SetResult(batch);
        }

        public static Task<object> Next(int max)
        {
            lock (Gate)
            {
                if (puller != null) throw new InvalidOperationException("a pull is pending already");
                if (Queue.Count > 0 || !open) return Task.FromResult(Take(max));
                puller = new TaskCompletionSource<object>();
                pullerMax = max;
                return puller.Task;
            }
        }

        public static void Close()
        {
            lock (Gate)
            {
                open = false;
                Queue.Clear();
            }
            Deliver();
        }

        private static object Take(int max)
        {
            var events = new List<object>(Math.Min(max, Queue.Count));
            while (Queue.Count > 0 && events.Count < max)
            {
                Dictionary<string, object> e = Queue.Dequeue();
                if (e.TryGetValue("relay", out var relay)) { e.Remove("relay"); ((Relay)relay).GrowthTold(); }
                events.Add(e);
            }
            return new Dictionary<string, object> { ["events"] = events };
        }
    }
}
