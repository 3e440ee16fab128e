// Linux: the bytes of a busy stream go from the program's pipe to its log and its reader inside the kernel (tee(2), splice(2)).
using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace HostCompute.Bridge
{
    /// <summary>
    /// A pipe of our own that holds a copy of what is in a program's pipe, which keeps it. Neither is copied into this process. Not thread-safe:
    /// one pump has it at a time.
    /// </summary>
    internal sealed class Splicer : IDisposable
    {
        private const int Kept = 16;
        private const int Capacity = 256 << 10;
        private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
        private const uint Move = 1, DoNotWait = 2;
        private const int Interrupted = 4, TryAgain = 11, InvalidArgument = 22, BrokenPipe = 32, ConnectionReset = 104;
        private static readonly Stack<Splicer> Free = new Stack<Splicer>();

        [DllImport("libc", EntryPoint = "pipe2", SetLastError = true)] private static extern int MakePipe([Out] int[] ends, int flags);
        [DllImport("libc", EntryPoint = "tee", SetLastError = true)] private static extern IntPtr Duplicate(SafeHandle from, SafeHandle to, UIntPtr count, uint flags);
        [DllImport("libc", EntryPoint = "splice", SetLastError = true)] private static extern IntPtr MoveToStream(SafeHandle from, IntPtr none, SafeHandle to, IntPtr nowhere, UIntPtr count, uint flags);
        [DllImport("libc", EntryPoint = "splice", SetLastError = true)] private static extern IntPtr MoveToFile(SafeHandle from, IntPtr none, SafeHandle to, ref long offset, UIntPtr count, uint flags);

        private readonly SafePipeHandle outlet, inlet;
        private int held;

        private Splicer(int outlet, int inlet)
        {
            this.outlet = new SafePipeHandle((IntPtr)outlet, true);
            this.inlet = new SafePipeHandle((IntPtr)inlet, true);
        }

        /// <summary>Null when no descriptors are left: then bytes are copied.</summary>
        public static Splicer Take()
        {
            lock (Free)
                if (Free.Count > 0) return Free.Pop();
            int[] ends = new int[2];
            if (MakePipe(ends, CloseOnExec | NonBlocking) != 0) return null;
            var made = new Splicer(ends[0], ends[1]);
            Native.SetPipeCapacity(made.inlet, Capacity);
            return made;
        }

        public static void Return(ref Splicer splicer)
        {
            if (splicer == null) return;
            lock (Free)
            {
                if (splicer.held == 0 && Free.Count < Kept) Free.Push(splicer);
                else splicer.Dispose();
            }
            splicer = null;
        }

        /// <summary>
        /// Takes a copy of the first bytes in `source`: their number, 0 when the stream has ended, <see cref="Native.NothingYet"/>, or
        /// <see cref="Native.NotPossible"/>: it is no pipe, or this kernel has no such call. There must be no earlier copy.
        /// </summary>
        public int Copy(SafeHandle source, int most)
        {
            for (;;)
            {
                int n = (int)Duplicate(source, inlet, (UIntPtr)most, DoNotWait);
                if (n >= 0) return held = n;
                int error = Marshal.GetLastWin32Error();
                if (error != Interrupted) return error == TryAgain ? Native.NothingYet : Native.NotPossible;
            }
        }

        /// <summary>
        /// Moves bytes that are there from `source` into a file; `count` is what is left when it throws. A kill finds each byte in one of the two. False:
        /// that file takes none in this way.
        /// </summary>
        public static bool ToFile(SafeHandle source, SafeHandle file, long offset, ref int count)
        {
            while (count > 0)
            {
                int n = (int)MoveToFile(source, IntPtr.Zero, file, ref offset, (UIntPtr)count, Move);
                int error = n < 0 ? Marshal.GetLastWin32Error() : 0;
                if (n > 0) count -= n;
                else if (error == InvalidArgument) return false;
                else if (error != Interrupted) throw new IOException("splice to a log failed: error " + error);
            }
            return true;
        }

        /// <summary>Moves the copy into a file. False as above, the copy is whole then; throws IOException.</summary>
        public bool ToFile(SafeHandle file, long offset)
        {
            int left = held;
            try { return ToFile(outlet, file, offset, ref left); }
            finally { held = left; }
        }

        /// <summary>Reads the copy.</summary>
        public void Drain(Stream into)
        {
            if (held == 0) return;
            byte[] buffer = LargeBuffers.Take();
            while (held > 0)
            {
                int n = Native.ReadNow(outlet, buffer, 0, Math.Min(held, buffer.Length));
                if (n <= 0) throw new InvalidOperationException("a pipe of our own lost " + held + " bytes");
                into.Write(buffer, 0, n);
                held -= n;
            }
            LargeBuffers.Return(ref buffer);
        }

        /// <summary>Gives the copy to the reader, all of it. Throws IOException when the reader is gone.</summary>
        public async Task Deliver(Channel reader, CancellationToken stop)
        {
            while (held > 0)
            {
                int n = (int)MoveToStream(outlet, IntPtr.Zero, reader.Handle, IntPtr.Zero, (UIntPtr)held, Move | DoNotWait);
                if (n > 0)
                {
                    held -= n;
                    continue;
                }
                int error = n == 0 ? 0 : Marshal.GetLastWin32Error();
                if (error == Interrupted) continue;
                if (error == TryAgain)
                {
                    await reader.Writable(stop).ConfigureAwait(false);
                    continue;
                }
                if (error == BrokenPipe || error == ConnectionReset) throw new IOException("the reader is gone");
                var rest = new MemoryStream();
                Drain(rest);
                await reader.Write(rest.GetBuffer(), 0, (int)rest.Length, stop).ConfigureAwait(false);
            }
        }

        public void Dispose()
        {
            inlet.Dispose();
            outlet.Dispose();
        }
    }
}
