// Tokens, what they stand for, and the one native callback.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace HostCompute.Bridge
{
    /// <summary>What a token stands for.</summary>
    internal abstract class Entry
    {
        public int Token;
        public NativeHandle Callback;
        public abstract NativeHandle Handle { get; }
        public abstract string Kind { get; }
        public abstract string RegisterName { get; }
        public abstract int Register(NotificationCallback callback);

        /// <summary>Stops what runs on the handle before it is closed.</summary>
        public virtual void Stop() { }
    }

    internal sealed class SystemEntry : Entry
    {
        public readonly SystemHandle System;
        public SystemEntry(SystemHandle system) { System = system; }
        public override NativeHandle Handle => System;
        public override string Kind => "system";
        public override string RegisterName => "HcsRegisterComputeSystemCallback";

        public override int Register(NotificationCallback callback)
        {
            int hresult = Native.HcsRegisterComputeSystemCallback(System, callback, (IntPtr)Token, out var handle);
            if (handle != IntPtr.Zero) Callback = new SystemCallbackHandle(handle);
            return hresult;
        }
    }

    internal sealed class ProcessEntry : Entry
    {
        public readonly ProcessHandle Process;
        public Relay Relay { get; private set; }
        private PipeEnd stdin, stdout, stderr;
        private bool stopped;

        public ProcessEntry(ProcessHandle process) { Process = process; }
        public override NativeHandle Handle => Process;
        public override string Kind => "process";
        public override string RegisterName => "HcsRegisterProcessCallback";

        public override int Register(NotificationCallback callback)
        {
            int hresult = Native.HcsRegisterProcessCallback(Process, callback, (IntPtr)Token, out var handle);
            if (handle != IntPtr.Zero) Callback = new ProcessCallbackHandle(handle);
            return hresult;
        }

        /// <summary>Takes over the pipe ends that HCS gave, in place of those held before.</summary>
        public void TakeEnds(ProcessInformation information, Dictionary<string, object> answer)
        {
            PipeEnd input = PipeEnd.Of(information.StdInput), output = PipeEnd.Of(information.StdOutput), error = PipeEnd.Of(information.StdError);
            lock (Process)
            {
                if (stopped || Relay != null) Dispose(input, output, error);
                else
                {
                    Dispose(stdin, stdout, stderr);
                    stdin = input; stdout = output; stderr = error;
                }
            }
            answer["pid"] = information.ProcessId;
            answer["stdin"] = input != null;
            answer["stdout"] = output != null;
            answer["stderr"] = error != null;
        }

        public Dictionary<string, object> StartRelay(RelayOptions options)
        {
            lock (Process)
            {
                if (stopped) throw new ObjectDisposedException("process");
                if (Relay != null) throw new InvalidOperationException("the relay of this process runs already");
                Relay = new Relay(Token, options, stdin, stdout, stderr);
                stdin = stdout = stderr = null;
            }
            return Relay.Start();
        }

        public void CloseStdin()
        {
            lock (Process)
            {
                stdin?.Dispose();
                stdin = null;
            }
            Relay?.CloseStdin();
        }

        public override void Stop()
        {
            lock (Process)
            {
                stopped = true;
                Dispose(stdin, stdout, stderr);
                stdin = stdout = stderr = null;
            }
            Relay?.Stop();
        }

        private static void Dispose(params PipeEnd[] ends)
        {
            foreach (PipeEnd end in ends) end?.Dispose();
        }
    }

    /// <summary>Tokens and the one native callback. A token is never used again.</summary>
    internal static class Handles
    {
        private static readonly ConcurrentDictionary<int, Entry> Live = new ConcurrentDictionary<int, Entry>();
        private static int lastToken;

        // Rooted for the life of the process: HCS may call it as long as anything is registered.
        private static readonly NotificationCallback Callback = OnNotification;

        // On an HCS thread: look up, enqueue, return. A context that is not known any more is left alone.
        private static void OnNotification(uint type, IntPtr context, int status, IntPtr data)
        {
            try
            {
                if (!Live.TryGetValue((int)context, out Entry entry)) return;
                string text = data == IntPtr.Zero ? null : Marshal.PtrToStringUni(data);
                Events.Add(new Dictionary<string, object>
                {
                    ["kind"] = entry.Kind, ["token"] = entry.Token, ["type"] = type, ["status"] = unchecked((uint)status), ["data"] = text,
                });
            }
            catch (Exception) { /* an exception must not reach native code */ }
        }

        /// <summary>
        /// Gives a new handle its token and registers the callback. When registering fails the answer carries that HRESULT and
        /// `operation`, and the token too: the caller ends what it started, then closes it.
        /// </summary>
        public static Dictionary<string, object> Adopt(Dictionary<string, object> answer, Entry entry)
        {
            if (entry == null) return answer;
            entry.Token = Interlocked.Increment(ref lastToken);
            Live[entry.Token] = entry;
            answer[entry.Kind] = entry.Token;
            int hresult = Native.Guard(() => entry.Register(Callback));
            if (hresult < 0)
            {
                answer["hresult"] = unchecked((uint)hresult);
                answer["operation"] = entry.RegisterName;
                answer["result"] = null;
            }
            return answer;
        }

        public static SystemHandle System(Request call) => Live.TryGetValue(call.Integer("system"), out Entry entry) && entry is SystemEntry system
            ? system.System : throw new ObjectDisposedException("system");

        public static ProcessEntry Process(Request call) => Live.TryGetValue(call.Integer("process"), out Entry entry) ? entry as ProcessEntry : null;

        public static ProcessHandle ProcessHandle(Request call) => Process(call)?.Process ?? throw new ObjectDisposedException("process");

        /// <summary>
        /// Relay, callback, handle, in this order. Unregistering waits for callbacks that run, so nothing is enqueued for the
        /// token after this returns. The handle itself goes when the last call that uses it has returned. Closed twice is closed.
        /// </summary>
        public static Dictionary<string, object> Close(int token)
        {
            var answer = new Dictionary<string, object> { ["hresult"] = 0u, ["result"] = null };
            if (!Live.TryRemove(token, out Entry entry)) return answer;
            entry.Stop();
            entry.Callback?.Dispose();
            entry.Handle.Dispose();
            int failed = entry.Callback != null && entry.Callback.CloseResult < 0 ? entry.Callback.CloseResult : entry.Handle.CloseResult;
            answer["hresult"] = unchecked((uint)failed);
            return answer;
        }

        /// <summary>Everything, processes first; a native call that hangs is left behind after five seconds.</summary>
        public static void CloseAll()
        {
            foreach (var group in Live.Values.GroupBy(entry => entry is SystemEntry).OrderBy(g => g.Key).ToList())
            {
                var closing = new List<Task>();
                foreach (Entry entry in group)
                {
                    var closed = new TaskCompletionSource<bool>();
                    closing.Add(closed.Task);
                    Workers.Run(() => { try { Close(entry.Token); } finally { closed.TrySetResult(true); } });
                }
                Task.WaitAll(closing.ToArray(), TimeSpan.FromSeconds(5));
            }
        }
    }
}
