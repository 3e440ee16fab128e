// Named pipes beyond what netstandard2.0 has.
using System;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HostCompute.Bridge
{
    /// <summary>Windows only. Source: Microsoft's pages of CreateNamedPipeW, PeekNamedPipe and the security descriptor string format.</summary>
    internal static class WindowsPipe
    {
        private const uint Duplex = 3, Overlapped = 0x40000000, FirstInstance = 0x00080000;
        private const uint RejectRemoteClients = 8;
        private const uint Query = 8;
        private const int TokenOwner = 4;
        private const int BrokenPipe = 109, PipeNotConnected = 233;
        private const uint SddlRevision = 1;

        [StructLayout(LayoutKind.Sequential)]
        private struct SecurityAttributes
        {
            public int Length;
            public IntPtr Descriptor;
            public int Inherit;
        }

        [DllImport("kernel32", ExactSpelling = true, CharSet = CharSet.Unicode, SetLastError = true)]
        private static extern SafePipeHandle CreateNamedPipeW(string name, uint open, uint mode, uint instances, uint output, uint input, uint timeoutMs, ref SecurityAttributes attributes);
        [DllImport("kernel32", ExactSpelling = true)] private static extern IntPtr GetCurrentProcess();
        [DllImport("kernel32", ExactSpelling = true)] private static extern bool CloseHandle(IntPtr handle);
        [DllImport("kernel32", ExactSpelling = true)] private static extern IntPtr LocalFree(IntPtr memory);
        [DllImport("advapi32", ExactSpelling = true, SetLastError = true)] private static extern bool OpenProcessToken(IntPtr process, uint access, out IntPtr token);
        [DllImport("advapi32", ExactSpelling = true, SetLastError = true)] private static extern bool GetTokenInformation(IntPtr token, int kind, IntPtr into, int size, out int needed);
        [DllImport("advapi32", ExactSpelling = true, SetLastError = true)] private static extern bool ConvertSidToStringSidW(IntPtr sid, out IntPtr text);
        [DllImport("advapi32", ExactSpelling = true, CharSet = CharSet.Unicode, SetLastError = true)]
        private static extern bool ConvertStringSecurityDescriptorToSecurityDescriptorW(string text, uint revision, out IntPtr descriptor, IntPtr size);

        [DllImport("kernel32", ExactSpelling = true, SetLastError = true)]
        private static extern bool PeekNamedPipe(SafeHandle pipe, ref byte buffer, uint size, out uint read, out uint available, IntPtr leftInMessage);

        /// <summary>
        /// The server's end of a new pipe of one instance, overlapped. Only who owns what this process makes may open it: this user, and when it is elevated
        /// administrators. Throws IOException.
        /// </summary>
        public static SafePipeHandle Create(string path, int outputBytes)
        {
            string access = "D:P(A;;GA;;;" + Owner() + ")";
            if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(access, SddlRevision, out IntPtr descriptor, IntPtr.Zero)) throw Failed("a security descriptor");
            try
            {
                var attributes = new SecurityAttributes { Length = Marshal.SizeOf<SecurityAttributes>(), Descriptor = descriptor };
                SafePipeHandle pipe = CreateNamedPipeW(path, Duplex | Overlapped | FirstInstance, RejectRemoteClients, 1, (uint)outputBytes, 0, 0, ref attributes);
                return pipe.IsInvalid ? throw Failed("a pipe") : pipe;
            }
            finally { LocalFree(descriptor); }
        }

        /// <summary>`S-1-5-...`</summary>
        private static string Owner()
        {
            if (!OpenProcessToken(GetCurrentProcess(), Query, out IntPtr token)) throw Failed("this process's token");
            IntPtr owner = IntPtr.Zero;
            try
            {
                GetTokenInformation(token, TokenOwner, IntPtr.Zero, 0, out int size);
                owner = Marshal.AllocHGlobal(Math.Max(size, IntPtr.Size));
                if (!GetTokenInformation(token, TokenOwner, owner, size, out size) || !ConvertSidToStringSidW(Marshal.ReadIntPtr(owner), out IntPtr text))
                    throw Failed("this process's owner");
                string sid = Marshal.PtrToStringUni(text);
                LocalFree(text);
                return sid;
            }
            finally
            {
                Marshal.FreeHGlobal(owner);
                CloseHandle(token);
            }
        }

        /// <summary>
        /// A copy of the first bytes in a pipe, at most `count`, and how many there are in it. 0 when the stream has ended, <see cref="Native.NothingYet"/>,
        /// or <see cref="Native.NotPossible"/>: it is no pipe.
        /// </summary>
        public static int Peek(SafeHandle pipe, byte[] buffer, int offset, int count, out int available)
        {
            bool good = PeekNamedPipe(pipe, ref buffer[offset], (uint)count, out uint read, out uint there, IntPtr.Zero);
            int error = good ? 0 : Marshal.GetLastWin32Error();
            available = (int)Math.Min(there, int.MaxValue);
            if (good) return read > 0 ? (int)read : Native.NothingYet;
            return error == BrokenPipe || error == PipeNotConnected ? 0 : Native.NotPossible;
        }

        private static IOException Failed(string what) => new IOException(what + " cannot be had: error " + Marshal.GetLastWin32Error());
    }
}
