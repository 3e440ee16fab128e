// The managed half of the bridge: docs/bridge-wire.md is its contract, docs/logs.md that of the files it writes.
// It judges no HRESULT and keeps no state of containers: handles, a queue of events and pipes are all that lives here.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace HostCompute.Bridge
{
    using Answer = Dictionary<string, object>;

    public sealed class HcsBridge
    {
        /// <summary>Compared with wire.ts at load; grows when the wire changes in a way that both sides must know.</summary>
        public const int WireVersion = 1;

        private static string loaded;

        /// <summary>
        /// The one function that edge-js makes. Never throws and never faults: what goes wrong is `{fault}`. Native calls run on
        /// threads of our own and complete the task there; edge copies the answer and wakes Node from that thread. A lone call
        /// that returns within microseconds is answered at once, which saves putting Node's thread to sleep and waking it.
        /// </summary>
        public Task<object> Invoke(object request)
        {
            try
            {
                var call = new Request((IDictionary<string, object>)request);
                string op = call.Text("op");
                if (op == "nextEvents") return Events.Next(call.Integer("max"));
                if (Immediate.TryGetValue(op, out var immediate)) return Task.FromResult<object>(immediate(call));
                if (!Calls.TryGetValue(op, out var native)) return Task.FromResult<object>(Fault("unknown op " + op));
                var answer = new TaskCompletionSource<object>();
                if (Workers.Run(() => answer.SetResult(Perform(native, call)))) Spin.Until(() => answer.Task.IsCompleted);
                return answer.Task;
            }
            catch (Exception e)
            {
                return Task.FromResult<object>(Fault(e.GetType().Name + ": " + e.Message));
            }
        }

        private static Answer Perform(Func<Request, Answer> operation, Request call)
        {
            try { return operation(call); }
            catch (EntryPointNotFoundException) { return Refused(Native.ExportMissing); }
            catch (DllNotFoundException) { return Refused(Native.LibraryMissing); }
            catch (ObjectDisposedException) { return Refused(Native.InvalidHandle); }
            catch (Exception e) { return Fault(e.GetType().Name + ": " + e.Message); }
        }

        private static Answer Fault(string text) => new Answer { ["fault"] = text };

        private static Answer Refused(int hresult) => new Answer { ["hresult"] = unchecked((uint)hresult), ["result"] = null };

        private static Answer Done(int hresult, IntPtr result = default) =>
            new Answer { ["hresult"] = unchecked((uint)hresult), ["result"] = Native.TakeString(result) };

        private static Answer Done(int hresult, string name, IntPtr document, IntPtr result = default)
        {
            Answer answer = Done(hresult, result);
            answer[name] = Native.TakeString(document);
            return answer;
        }

        private static readonly Dictionary<string, Func<Request, Answer>> Immediate = new Dictionary<string, Func<Request, Answer>>
        {
            ["load"] = Load,
            ["accounting"] = _ => Accounting(),
            ["watchLog"] = r => { Handles.Process(r)?.Relay?.Watch(r.Flag("on")); return new Answer(); },
        };

        private static readonly Dictionary<string, Func<Request, Answer>> Calls = new Dictionary<string, Func<Request, Answer>>
        {
            ["HcsCreateComputeSystem"] = r =>
            {
                int hresult = Native.HcsCreateComputeSystem(r.Text("id"), r.Text("document"), IntPtr.Zero, out var system, out var result);
                return Handles.Adopt(Done(hresult, result), system == IntPtr.Zero ? null : new SystemEntry(new SystemHandle(system)));
            },
            ["HcsOpenComputeSystem"] = r =>
            {
                int hresult = Native.HcsOpenComputeSystem(r.Text("id"), out var system, out var result);
                return Handles.Adopt(Done(hresult, result), system == IntPtr.Zero ? null : new SystemEntry(new SystemHandle(system)));
            },
            ["HcsStartComputeSystem"] = r => Done(Native.HcsStartComputeSystem(Handles.System(r), r.Text("options"), out var result), result),
            ["HcsShutdownComputeSystem"] = r => Done(Native.HcsShutdownComputeSystem(Handles.System(r), r.Text("options"), out var result), result),
            ["HcsTerminateComputeSystem"] = r => Done(Native.HcsTerminateComputeSystem(Handles.System(r), r.Text("options"), out var result), result),
            ["HcsPauseComputeSystem"] = r => Done(Native.HcsPauseComputeSystem(Handles.System(r), r.Text("options"), out var result), result),
            ["HcsResumeComputeSystem"] = r => Done(Native.HcsResumeComputeSystem(Handles.System(r), r.Text("options"), out var result), result),
            ["HcsSaveComputeSystem"] = r => Done(Native.HcsSaveComputeSystem(Handles.System(r), r.Text("options"), out var result), result),
            ["HcsCloseComputeSystem"] = r => Handles.Close(r.Integer("system")),
            ["HcsGetComputeSystemProperties"] = r => Done(Native.HcsGetComputeSystemProperties(Handles.System(r), r.Text("query"), out var properties, out var result), "properties", properties, result),
            ["HcsModifyComputeSystem"] = r => Done(Native.HcsModifyComputeSystem(Handles.System(r), r.Text("configuration"), out var result), result),
            ["HcsEnumerateComputeSystems"] = r => Done(Native.HcsEnumerateComputeSystems(r.Text("query"), out var systems, out var result), "computeSystems", systems, result),
            ["HcsGetServiceProperties"] = r => Done(Native.HcsGetServiceProperties(r.Text("query"), out var properties, out var result), "properties", properties, result),
            ["HcsModifyServiceSettings"] = r => Done(Native.HcsModifyServiceSettings(r.Text("settings"), out var result), result),

            ["HcsCreateProcess"] = r =>
            {
                int hresult = Native.HcsCreateProcess(Handles.System(r), r.Text("parameters"), out var information, out var process, out var result);
                Answer answer = Done(hresult, result);
                if (process == IntPtr.Zero) return answer;
                var entry = new ProcessEntry(new ProcessHandle(process));
                entry.TakeEnds(information, answer);
                return Handles.Adopt(answer, entry);
            },
            ["HcsOpenProcess"] = r =>
            {
                int hresult = Native.HcsOpenProcess(Handles.System(r), checked((uint)r.Long("pid")), out var process, out var result);
                return Handles.Adopt(Done(hresult, result), process == IntPtr.Zero ? null : new ProcessEntry(new ProcessHandle(process)));
            },
            ["HcsGetProcessInfo"] = r =>
            {
                ProcessEntry entry = Handles.Process(r);
                if (entry == null) return Refused(Native.InvalidHandle);
                int hresult = Native.HcsGetProcessInfo(entry.Process, out var information, out var result);
                Answer answer = Done(hresult, result);
                entry.TakeEnds(information, answer);
                return answer;
            },
            ["HcsGetProcessProperties"] = r => Done(Native.HcsGetProcessProperties(Handles.ProcessHandle(r), out var properties, out var result), "properties", properties, result),
            ["HcsModifyProcess"] = r => Done(Native.HcsModifyProcess(Handles.ProcessHandle(r), r.Text("settings"), out var result), result),
            ["HcsSignalProcess"] = r => Done(Native.HcsSignalProcess(Handles.ProcessHandle(r), r.Text("options"), out var result), result),
            ["HcsTerminateProcess"] = r => Done(Native.HcsTerminateProcess(Handles.ProcessHandle(r), out var result), result),
            ["HcsCloseProcess"] = r => Handles.Close(r.Integer("process")),

            ["startRelay"] = r => { var entry = Handles.Process(r); return entry == null ? Refused(Native.InvalidHandle) : entry.StartRelay(new RelayOptions(r)); },
            ["closeLocalStdin"] = r => { Handles.Process(r)?.CloseStdin(); return new Answer(); },

            ["ActivateLayer"] = r => Done(Native.ActivateLayer(ref driver, r.Text("layer"))),
            ["DeactivateLayer"] = r => Done(Native.DeactivateLayer(ref driver, r.Text("layer"))),
            ["PrepareLayer"] = r => WithParents(r, (parents, count) => Native.PrepareLayer(ref driver, r.Text("layer"), parents, count)),
            ["UnprepareLayer"] = r => Done(Native.UnprepareLayer(ref driver, r.Text("layer"))),
            ["GetLayerMountPath"] = r => GetLayerMountPath(r.Text("layer")),
            ["CreateLayer"] = r => Done(Native.CreateLayer(ref driver, r.Text("layer"), r.Text("parent"))),
            ["CreateSandboxLayer"] = r => WithParents(r, (parents, count) => Native.CreateSandboxLayer(ref driver, r.Text("layer"), IntPtr.Zero, parents, count)),
            ["ExpandSandboxSize"] = r => Done(Native.ExpandSandboxSize(ref driver, r.Text("layer"), r.Unsigned("sizeBytes"))),
            ["CopyLayer"] = r => WithParents(r, (parents, count) => Native.CopyLayer(ref driver, r.Text("layer"), r.Text("destination"), parents, count)),
            ["DestroyLayer"] = r => Done(Native.DestroyLayer(ref driver, r.Text("layer"))),
            ["ImportLayer"] = r =>
            {
                Native.EnableBackupPrivileges();
                return WithParents(r, (parents, count) => Native.ImportLayer(ref driver, r.Text("layer"), r.Text("folder"), parents, count));
            },
            ["ExportLayer"] = r =>
            {
                Native.EnableBackupPrivileges();
                return WithParents(r, (parents, count) => Native.ExportLayer(ref driver, r.Text("layer"), r.Text("folder"), parents, count));
            },
            ["LayerExists"] = r =>
            {
                Answer answer = Done(Native.LayerExists(ref driver, r.Text("layer"), out uint exists));
                answer["exists"] = exists != 0;
                return answer;
            },
            ["GetBaseImages"] = r => Done(Native.GetBaseImages(out var json), "images", json),
            ["NameToGuid"] = r =>
            {
                Answer answer = Done(Native.NameToGuid(r.Text("name"), out Guid guid));
                answer["guid"] = guid.ToString("D");
                return answer;
            },
            ["ProcessBaseImage"] = r => Done(Native.ProcessBaseImage(r.Text("path"))),
            ["ProcessUtilityImage"] = r => Done(Native.ProcessUtilityImage(r.Text("path"))),
            ["GrantVmAccess"] = r => Done(Native.GrantVmAccess(r.Text("vmId"), r.Text("path"))),
            ["HNSCall"] = r => Done(Native.HNSCall(r.Text("method"), r.Text("path"), r.Text("request"), out var response), "response", response),

            ["close"] = _ => { Handles.CloseAll(); Events.Close(); return new Answer(); },
        };

        private static Answer Load(Request call)
        {
            string library = call.Text("backend") == "simulator" ? call.Text("library") : null;
            if (library == null && !Native.Windows) return Fault("there is no Host Compute Service on this system");
            string name = library ?? "vmcompute.dll";
            if (loaded != null && loaded != name) return Fault("another library is loaded already: " + loaded);
            if (loaded == null) Native.Load(library);
            loaded = name;
            Events.Open();
            Answer answer = Accounting();
            answer["version"] = WireVersion;
            return answer;
        }

        private static Answer Accounting() => new Answer
        {
            ["systems"] = SystemHandle.Live,
            ["processes"] = ProcessHandle.Live,
            ["callbacks"] = CallbackHandle.Live,
            ["streams"] = Relay.OpenStreams,
            ["threads"] = Workers.Count,
        };

        // Flavour 1 is the filter driver; the layer's whole path goes in `id`, so the home folder is empty.
        private static DriverInfo driver = new DriverInfo { Flavour = 1, HomeDir = "" };

        /// <summary>`parents` of the request, nearest first, as descriptors; each LayerId is NameToGuid of the folder's base name.</summary>
        private static Answer WithParents(Request call, Func<LayerDescriptor[], UIntPtr, int> export)
        {
            string[] paths = call.Texts("parents");
            var parents = new LayerDescriptor[paths.Length];
            for (int i = 0; i < paths.Length; i++)
            {
                string name = paths[i].Substring(paths[i].LastIndexOfAny(new[] { '\\', '/' }) + 1);
                int hresult = Native.NameToGuid(name, out Guid id);
                if (hresult < 0) { Answer refused = Refused(hresult); refused["operation"] = "NameToGuid"; return refused; }
                parents[i] = new LayerDescriptor { LayerId = id, Path = paths[i] };
            }
            return Done(export(parents.Length == 0 ? null : parents, (UIntPtr)parents.Length));
        }

        private static Answer GetLayerMountPath(string layer)
        {
            UIntPtr length = UIntPtr.Zero;
            Answer answer = Done(Native.GetLayerMountPath(ref driver, layer, ref length, IntPtr.Zero));
            answer["path"] = null;
            if ((int)(uint)answer["hresult"] < 0 || length == UIntPtr.Zero) return answer;
            IntPtr buffer = Marshal.AllocHGlobal(checked((int)length.ToUInt32() * 2 + 2));
            try
            {
                answer = Done(Native.GetLayerMountPath(ref driver, layer, ref length, buffer));
                answer["path"] = (int)(uint)answer["hresult"] < 0 ? null : Marshal.PtrToStringUni(buffer);
                return answer;
            }
            finally { Marshal.FreeHGlobal(buffer); }
        }
    }

    /// <summary>A request as edge hands it over. Integers arrive as int, uint or double; a missing member is null.</summary>
    internal sealed class Request
    {
        private readonly IDictionary<string, object> members;
        public Request(IDictionary<string, object> members) { this.members = members; }

        public string Text(string name) => members.TryGetValue(name, out var value) ? (string)value : null;
        public bool Flag(string name) => members.TryGetValue(name, out var value) && value is true;
        public long Long(string name) => members.TryGetValue(name, out var value) && value != null ? Convert.ToInt64(value) : throw new ArgumentException(name + " is missing");
        /// <summary>Up to 2^64-1: a number, or decimal text where the number would not be exact.</summary>
        public ulong Unsigned(string name) => members.TryGetValue(name, out var value) && value != null ? Convert.ToUInt64(value, CultureInfo.InvariantCulture) : throw new ArgumentException(name + " is missing");
        public int Integer(string name) => checked((int)Long(name));
        public string[] Texts(string name) => members.TryGetValue(name, out var value) && value is object[] items ? items.Cast<string>().ToArray() : new string[0];
    }

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
