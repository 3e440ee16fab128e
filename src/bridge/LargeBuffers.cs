// Buffers that few streams need at a time.
using System.Collections.Generic;

namespace HostCompute.Bridge
{
    /// <summary>A few large buffers for streams that are busy.</summary>
    internal static class LargeBuffers
    {
        /// <summary>Of the largest payload and its header.</summary>
        public const int Bytes = Log.HeaderBytes + (256 << 10);
        private const int Kept = 16;
        private static readonly Stack<byte[]> Free = new Stack<byte[]>();

        public static byte[] Take()
        {
            lock (Free)
                if (Free.Count > 0) return Free.Pop();
            return new byte[Bytes];
        }

        public static void Return(ref byte[] buffer)
        {
            if (buffer == null) return;
            lock (Free)
                if (Free.Count < Kept) Free.Push(buffer);
            buffer = null;
        }
    }
}
