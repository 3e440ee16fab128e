// Handles of HCS: how many live, and how each is closed.
using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace HostCompute.Bridge
{
    /// <summary>How many native objects of a kind live.</summary>
    internal sealed class Living
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public void Add(int change) => Interlocked.Add(ref count, change);
    }

    /// <summary>
    /// A native object, one of those of its kind that live. P/Invoke holds a reference for the length of each call, so that a handle
    /// closed under a hung call is released only when that call returns.
    /// </summary>
    internal abstract class NativeHandle : SafeHandle
    {
        private readonly Living living;

        protected NativeHandle(IntPtr value, Living living) : base(IntPtr.Zero, true)
        {
            SetHandle(value);
            this.living = living;
            living.Add(1);
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        /// <summary>What the closing export answered; 0 as long as it has not been called.</summary>
        public int CloseResult { get; private set; }

        /// <summary>Calls the closing export. Answers its HRESULT.</summary>
        protected abstract int Close(IntPtr value);

        protected override bool ReleaseHandle()
        {
            CloseResult = Native.Guard(() => Close(handle));
            living.Add(-1);
            return true;
        }
    }

    internal sealed class SystemHandle : NativeHandle
    {
        public static readonly Living Living = new Living();
        public SystemHandle(IntPtr value) : base(value, Living) { }
        protected override int Close(IntPtr value) => Native.HcsCloseComputeSystem(value);
    }

    internal sealed class ProcessHandle : NativeHandle
    {
        public static readonly Living Living = new Living();
        public ProcessHandle(IntPtr value) : base(value, Living) { }
        protected override int Close(IntPtr value) => Native.HcsCloseProcess(value);
    }

    /// <summary>A registration; releasing it blocks until callbacks that are running have returned.</summary>
    internal abstract class CallbackHandle : NativeHandle
    {
        public static readonly Living Living = new Living();
        protected CallbackHandle(IntPtr value) : base(value, Living) { }
    }

    internal sealed class SystemCallbackHandle : CallbackHandle
    {
        public SystemCallbackHandle(IntPtr value) : base(value) { }
        protected override int Close(IntPtr value) => Native.HcsUnregisterComputeSystemCallback(value);
    }

    internal sealed class ProcessCallbackHandle : CallbackHandle
    {
        public ProcessCallbackHandle(IntPtr value) : base(value) { }
        protected override int Close(IntPtr value) => Native.HcsUnregisterProcessCallback(value);
    }
}
