// The managed half of the bridge: docs/bridge-wire.md is its contract, docs/logs.md that of the files it writes.
// It judges no HRESULT and keeps no state of containers: handles, a queue of events and pipes are all that lives here.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
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
            ["systems"] = SystemHandle.Living.Count,
            ["processes"] = ProcessHandle.Living.Count,
            ["callbacks"] = CallbackHandle.Living.Count,
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
}
