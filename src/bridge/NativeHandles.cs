// Handles of HCS: how many live, and how each is closed.
using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace HostCompute.Bridge
{
    /// <summary>
    /// A native object and how many of its kind live. P/Invoke holds a reference for the length of each call, so that a handle
    /// closed under a hung call is released only when that call returns.
    /// </summary>
    internal abstract class NativeHandle : SafeHandle
    {
        protected NativeHandle(IntPtr value) : base(IntPtr.Zero, true) { SetHandle(value); }

        public override bool IsInvalid => handle == IntPtr.Zero;

        /// <summary>What the closing export answered; 0 as long as it has not been called.</summary>
        public int CloseResult { get; protected set; }
    }

    internal sealed class SystemHandle : NativeHandle
    {
        public static int Live;
        public SystemHandle(IntPtr value) : base(value) { Interlocked.Increment(ref Live); }

        protected override bool ReleaseHandle()
        {
            CloseResult = Native.Guard(() => Native.HcsCloseComputeSystem(handle));
            Interlocked.Decrement(ref Live);
            return true;
        }
    }

    internal sealed class ProcessHandle : NativeHandle
    {
        public static int Live;
        public ProcessHandle(IntPtr value) : base(value) { Interlocked.Increment(ref Live); }

        protected override bool ReleaseHandle()
        {
            CloseResult = Native.Guard(() => Native.HcsCloseProcess(handle));
            Interlocked.Decrement(ref Live);
            return true;
        }
    }

    /// <summary>A registration; releasing it blocks until callbacks that are running have returned.</summary>
    internal abstract class CallbackHandle : NativeHandle
    {
        public static int Live;
        protected CallbackHandle(IntPtr value) : base(value) { Interlocked.Increment(ref Live); }
    }

    internal sealed class SystemCallbackHandle : CallbackHandle
    {
        public SystemCallbackHandle(IntPtr value) : base(value) { }

        protected override bool ReleaseHandle()
        {
            CloseResult = Native.Guard(() => Native.HcsUnregisterComputeSystemCallback(handle));
            Interlocked.Decrement(ref Live);
            return true;
        }
    }

    internal sealed class ProcessCallbackHandle : CallbackHandle
    {
        public ProcessCallbackHandle(IntPtr value) : base(value) { }

        protected override bool ReleaseHandle()
        {
            CloseResult = Native.Guard(() => Native.HcsUnregisterProcessCallback(handle));
            Interlocked.Decrement(ref Live);
            return true;
        }
    }
}
