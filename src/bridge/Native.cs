// The vmcompute.dll flat C ABI (v1). Signatures: hcs-facts 1.1, 1.2, 7. All HRESULT, strings UTF-16, NUL-terminated.
using System;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading;

// System32 only: a vmcompute.dll beside us or on PATH is never taken. The simulator's stand-in has been loaded by its full
// path before the first export is called, and the loader then finds it by name.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.System32)]

namespace HostCompute.Bridge
{
    /// <summary>HCS_PROCESS_INFORMATION. An end that was not asked for is zero; other ends belong to the caller.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessInformation
    {
        public uint ProcessId;
        public uint Reserved;
        public IntPtr StdInput;
        public IntPtr StdOutput;
        public IntPtr StdError;
    }

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    internal struct DriverInfo
    {
        public int Flavour;
        public string HomeDir;
    }

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    internal struct LayerDescriptor
    {
        public Guid LayerId;
        public uint Flags;
        public string Path;
    }

    /// <summary>struct timespec of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public IntPtr Seconds;
        public IntPtr Nanoseconds;
    }

    [UnmanagedFunctionPointer(CallingConvention.StdCall)]
    internal delegate void NotificationCallback(uint type, IntPtr context, int status, IntPtr data);

    internal static class Native
    {
        public const int ExportMissing = unchecked((int)0x8007007F);
        public const int LibraryMissing = unchecked((int)0x8007007E);
        public const int InvalidHandle = unchecked((int)0x80070006);

        public static readonly bool Windows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

        private const string Dll = "vmcompute";

        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsEnumerateComputeSystems(string query, out IntPtr computeSystems, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsCreateComputeSystem(string id, string configuration, IntPtr identity, out IntPtr computeSystem, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsOpenComputeSystem(string id, out IntPtr computeSystem, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsCloseComputeSystem(IntPtr computeSystem);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsStartComputeSystem(SystemHandle computeSystem, string options, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsShutdownComputeSystem(SystemHandle computeSystem, string options, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsTerminateComputeSystem(SystemHandle computeSystem, string options, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsPauseComputeSystem(SystemHandle computeSystem, string options, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsResumeComputeSystem(SystemHandle computeSystem, string options, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsSaveComputeSystem(SystemHandle computeSystem, string options, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsGetComputeSystemProperties(SystemHandle computeSystem, string propertyQuery, out IntPtr properties, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsModifyComputeSystem(SystemHandle computeSystem, string configuration, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsModifyServiceSettings(string settings, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsGetServiceProperties(string propertyQuery, out IntPtr properties, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsRegisterComputeSystemCallback(SystemHandle computeSystem, NotificationCallback callback, IntPtr context, out IntPtr callbackHandle);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsUnregisterComputeSystemCallback(IntPtr callbackHandle);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsCreateProcess(SystemHandle computeSystem, string processParameters, out ProcessInformation information, out IntPtr process, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsOpenProcess(SystemHandle computeSystem, uint processId, out IntPtr process, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsCloseProcess(IntPtr process);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsTerminateProcess(ProcessHandle process, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsSignalProcess(ProcessHandle process, string options, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsGetProcessInfo(ProcessHandle process, out ProcessInformation information, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsGetProcessProperties(ProcessHandle process, out IntPtr properties, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsModifyProcess(ProcessHandle process, string settings, out IntPtr result);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsRegisterProcessCallback(ProcessHandle process, NotificationCallback callback, IntPtr context, out IntPtr callbackHandle);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HcsUnregisterProcessCallback(IntPtr callbackHandle);

        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int ActivateLayer([In] ref DriverInfo info, string id);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int DeactivateLayer([In] ref DriverInfo info, string id);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int PrepareLayer([In] ref DriverInfo info, string id, [In] LayerDescriptor[] parents, UIntPtr count);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int UnprepareLayer([In] ref DriverInfo info, string id);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int GetLayerMountPath([In] ref DriverInfo info, string id, ref UIntPtr length, IntPtr buffer);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int CreateLayer([In] ref DriverInfo info, string id, string parent);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int CreateSandboxLayer([In] ref DriverInfo info, string id, IntPtr parent, [In] LayerDescriptor[] parents, UIntPtr count);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int ExpandSandboxSize([In] ref DriverInfo info, string id, ulong sizeBytes);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int CopyLayer([In] ref DriverInfo info, string source, string destination, [In] LayerDescriptor[] parents, UIntPtr count);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int DestroyLayer([In] ref DriverInfo info, string id);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int ImportLayer([In] ref DriverInfo info, string id, string folder, [In] LayerDescriptor[] parents, UIntPtr count);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int ExportLayer([In] ref DriverInfo info, string id, string folder, [In] LayerDescriptor[] parents, UIntPtr count);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int LayerExists([In] ref DriverInfo info, string id, out uint exists);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int GetBaseImages(out IntPtr json);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int NameToGuid(string name, out Guid guid);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int ProcessBaseImage(string path);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int ProcessUtilityImage(string path);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int GrantVmAccess(string vmId, string path);
        [DllImport(Dll, ExactSpelling = true, CharSet = CharSet.Unicode)] public static extern int HNSCall(string method, string path, string request, out IntPtr response);

        /// <summary>The stand-in's own, off Windows: it counts the strings that it gave out.</summary>
        [DllImport(Dll, ExactSpelling = true)] private static extern void CoTaskMemFree(IntPtr memory);

        /// <summary>Reads an out-string and frees it, whatever the HRESULT was. Null when the DLL set none.</summary>
        public static string TakeString(IntPtr text)
        {
            if (text == IntPtr.Zero) return null;
            string value = Marshal.PtrToStringUni(text);
            if (Windows) Marshal.FreeCoTaskMem(text);
            else CoTaskMemFree(text);
            return value;
        }

        /// <summary>For SafeHandles, which must not throw: a missing export is a HRESULT.</summary>
        public static int Guard(Func<int> call)
        {
            try { return call(); }
            catch (EntryPointNotFoundException) { return ExportMissing; }
            catch (DllNotFoundException) { return LibraryMissing; }
        }

        [DllImport("kernel32", ExactSpelling = true, CharSet = CharSet.Unicode, SetLastError = true)]
        private static extern IntPtr LoadLibraryExW(string path, IntPtr reserved, uint flags);
        [DllImport("libc", EntryPoint = "dlopen")] private static extern IntPtr OpenLibrary(string path, int flags);
        [DllImport("libdl.so.2", EntryPoint = "dlopen")] private static extern IntPtr OpenLibraryOldGlibc(string path, int flags);
        [DllImport("libc", EntryPoint = "dlerror")] private static extern IntPtr LastLoadError();
        [DllImport("libc", EntryPoint = "read", SetLastError = true)] private static extern IntPtr ReadDescriptor(SafeHandle descriptor, ref byte buffer, UIntPtr count);
        [DllImport("libc", EntryPoint = "write", SetLastError = true)] private static extern IntPtr WriteDescriptor(SafeHandle descriptor, ref byte buffer, UIntPtr count);
        [DllImport("libc", EntryPoint = "ioctl")] private static extern int AskDevice(SafeHandle descriptor, UIntPtr request, out int answer);
        [DllImport("libc", EntryPoint = "fcntl")] private static extern int Control(SafeHandle descriptor, int command, int argument);

        [DllImport("kernel32", ExactSpelling = true)] private static extern IntPtr GetCurrentProcess();
        [DllImport("kernel32", ExactSpelling = true)] private static extern bool CloseHandle(IntPtr handle);
        [DllImport("advapi32", ExactSpelling = true)] private static extern bool OpenProcessToken(IntPtr process, uint access, out IntPtr token);
        [DllImport("advapi32", ExactSpelling = true, CharSet = CharSet.Unicode)] private static extern bool LookupPrivilegeValueW(string system, string name, out long luid);
        [DllImport("advapi32", ExactSpelling = true)] private static extern bool AdjustTokenPrivileges(IntPtr token, bool disableAll, ref TokenPrivilege enabled, uint length, IntPtr before, IntPtr beforeLength);

        [StructLayout(LayoutKind.Sequential, Pack = 4)]
        private struct TokenPrivilege
        {
            public uint Count;
            public long Luid;
            public uint Attributes;
        }

        /// <summary>
        /// Layers are imported and exported with backup semantics, whose privileges an elevated process has but must switch on.
        /// Where it has not got them the export itself says so.
        /// </summary>
        public static void EnableBackupPrivileges()
        {
            const uint adjust = 0x20, query = 0x8, enabled = 2;
            if (!Windows || !OpenProcessToken(GetCurrentProcess(), adjust | query, out IntPtr token)) return;
            foreach (string name in new[] { "SeBackupPrivilege", "SeRestorePrivilege" })
            {
                var privilege = new TokenPrivilege { Count = 1, Attributes = enabled };
                if (LookupPrivilegeValueW(null, name, out privilege.Luid)) AdjustTokenPrivileges(token, false, ref privilege, 0, IntPtr.Zero, IntPtr.Zero);
            }
            CloseHandle(token);
        }

        private const uint SearchSystem32 = 0x00000800;
        private const uint SearchDllFolderAndDefault = 0x00000100 | 0x00001000;
        private const int ResolveNow = 2;

        [DllImport("libc", EntryPoint = "sem_init")] public static extern int InitSemaphore(IntPtr semaphore, int shared, uint value);
        [DllImport("libc", EntryPoint = "sem_post")] public static extern int PostSemaphore(IntPtr semaphore);
        [DllImport("libc", EntryPoint = "sem_timedwait")] public static extern int WaitSemaphore(IntPtr semaphore, ref TimeSpec until);
        [DllImport("libc", EntryPoint = "chmod")] private static extern int ChangeMode(string path, uint mode);

        /// <summary>Off Windows: mode 0600.</summary>
        public static void MakePrivate(string path)
        {
            if (!Windows && ChangeMode(path, 384) != 0) throw new System.IO.IOException("chmod failed: " + path);
        }

        private const int GetFlags = 3, SetFlags = 4, NonBlocking = 0x800; // Linux, all architectures that .NET runs on

        /// <summary>Linux only: makes reads and writes of the descriptor return at once, so that <see cref="ReadNow"/> and <see cref="WriteNow"/> may be used.</summary>
        public static bool SetNonBlocking(SafeHandle descriptor)
        {
            if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux)) return false;
            int flags = Control(descriptor, GetFlags, 0);
            return flags >= 0 && Control(descriptor, SetFlags, flags | NonBlocking) == 0;
        }

        private const int SetPipeSize = 1031;

        /// <summary>Linux only; a wish: the kernel may refuse when the user has many large pipes.</summary>
        public static void SetPipeCapacity(SafeHandle descriptor, int bytes) => Control(descriptor, SetPipeSize, bytes);

        private const uint BytesToRead = 0x541B; // FIONREAD

        /// <summary>Linux only: how many bytes are in a pipe. 0: none, or it is no pipe.</summary>
        public static int Available(SafeHandle descriptor) => AskDevice(descriptor, (UIntPtr)BytesToRead, out int bytes) == 0 ? bytes : 0;

        public const int NothingYet = -1, NotPossible = -2;
        private const int TryAgain = 11, Interrupted = 4; // Linux

        /// <summary>Bytes that are there already, at most `count`; 0 at the end of the stream (an error is one), <see cref="NothingYet"/>.</summary>
        public static int ReadNow(SafeHandle descriptor, byte[] buffer, int offset, int count)
        {
            for (;;)
            {
                int n = (int)ReadDescriptor(descriptor, ref buffer[offset], (UIntPtr)count);
                if (n >= 0) return n;
                int error = Marshal.GetLastWin32Error();
                if (error == TryAgain) return NothingYet;
                if (error != Interrupted) return 0;
            }
        }

        /// <summary>How many bytes went out; <see cref="NothingYet"/> when there is no room. Throws IOException when nobody reads.</summary>
        public static int WriteNow(SafeHandle descriptor, byte[] buffer, int offset, int count)
        {
            for (;;)
            {
                int n = (int)WriteDescriptor(descriptor, ref buffer[offset], (UIntPtr)count);
                if (n >= 0) return n;
                int error = Marshal.GetLastWin32Error();
                if (error == TryAgain) return NothingYet;
                if (error != Interrupted) throw new System.IO.IOException("write failed: error " + error);
            }
        }

        private static IntPtr resolved;
        private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? paths) => name == Dll ? resolved : IntPtr.Zero;

        /// <summary>From now on the exports are those of this module, whatever else is loaded. False on .NET Framework, which cannot.</summary>
        private static bool ResolveTo(IntPtr module)
        {
            Type library = typeof(Marshal).Assembly.GetType("System.Runtime.InteropServices.NativeLibrary");
            MethodInfo set = library?.GetMethod("SetDllImportResolver");
            if (set == null) return false;
            resolved = module;
            MethodInfo resolve = typeof(Native).GetMethod(nameof(Resolve), BindingFlags.NonPublic | BindingFlags.Static);
            set.Invoke(null, new object[] { typeof(Native).Assembly, Delegate.CreateDelegate(set.GetParameters()[1].ParameterType, resolve) });
            return true;
        }

        /// <summary>Loads the stand-in at a full path, or (null) the system's vmcompute.dll. Throws with the loader's words.</summary>
        public static void Load(string library)
        {
            if (Windows)
            {
                IntPtr module = library == null
                    ? LoadLibraryExW("vmcompute.dll", IntPtr.Zero, SearchSystem32)
                    : LoadLibraryExW(library, IntPtr.Zero, SearchDllFolderAndDefault);
                if (module == IntPtr.Zero) throw new DllNotFoundException((library ?? "vmcompute.dll") + ": error " + Marshal.GetLastWin32Error());
                // What asked for the simulator must never reach the real service. The exports are found by name, as here.
                if (library != null && !ResolveTo(module) && LoadLibraryExW("vmcompute.dll", IntPtr.Zero, SearchSystem32) != module)
                    throw new DllNotFoundException("the system's vmcompute.dll would be used instead of " + library);
                return;
            }
            IntPtr opened;
            try { opened = OpenLibrary(library, ResolveNow); }
            catch (EntryPointNotFoundException) { opened = OpenLibraryOldGlibc(library, ResolveNow); }
            if (opened == IntPtr.Zero) throw new DllNotFoundException(Marshal.PtrToStringAnsi(LastLoadError()) ?? library);
        }
    }
}
