// Where an earlier bridge has left a log.
using System;
using System.Collections.Generic;
using System.IO;

namespace HostCompute.Bridge
{
    /// <summary>
    /// Read back from segments, newest first: how far each stream had got. A chunk that was cut by a kill is mended on the way: it has the bytes that came.
    /// </summary>
    internal sealed class LogEnd
    {
        /// <summary>By stream, 1 and 2.</summary>
        public readonly long[] Offsets = new long[3];

        /// <summary>
        /// The payload of the last chunk when its bytes may be in the program's pipe still; null: they are not. Of <see cref="Stream"/>.
        /// </summary>
        public byte[] NotTaken { get; private set; }
        public byte Stream { get; private set; }
        private string segment;
        private long position;

        /// <summary>Throws IOException and its like: then nothing is known.</summary>
        public LogEnd(IEnumerable<string> newestFirst)
        {
            var missing = new HashSet<byte> { 1, 2 };
            bool last = true;
            foreach (string name in newestFirst)
            {
                if (missing.Count == 0) return;
                long[] found = Read(name, ref last);
                foreach (byte stream in new byte[] { 1, 2 })
                    if (found[stream] >= 0 && missing.Remove(stream)) Offsets[stream] = found[stream];
            }
        }

        /// <summary>Nobody has to ask again whether its bytes were taken.</summary>
        public void Settle()
        {
            NotTaken = null;
            using (FileStream file = Open(segment, FileAccess.Write)) WriteByte(file, position + Log.VersionAt, Log.OverVersion);
        }

        private long[] Read(string name, ref bool last)
        {
            long[] found = { 0, -1, -1 };
            using (FileStream file = Open(name, FileAccess.ReadWrite))
            {
                byte[] header = new byte[Log.HeaderBytes];
                long size = file.Length, at = 0, notTaken = -1;
                bool data = false;
                while (at + Log.HeaderBytes <= size)
                {
                    file.Position = at;
                    if (file.Read(header, 0, Log.HeaderBytes) < Log.HeaderBytes || header[Log.VersionAt] < Log.FormatVersion || header[Log.VersionAt] > Log.NotTakenVersion) break;
                    int length = BitConverter.ToInt32(header, Log.LengthAt);
                    if (length < 0) break;
                    long there = size - at - Log.HeaderBytes;
                    if (there < length)
                    {
                        length = (int)there;
                        file.Position = at + Log.LengthAt;
                        file.Write(BitConverter.GetBytes(length), 0, 4);
                        header[Log.FillAt] = 0;
                    }
                    byte stream = header[0] == 0 ? header[2] : header[0];
                    if (stream == 1 || stream == 2) found[stream] = BitConverter.ToInt64(header, 8) + length;
                    if (length > 0)
                    {
                        data = true;
                        notTaken = header[Log.VersionAt] == Log.NotTakenVersion ? at : -1;
                    }
                    at += Log.HeaderBytes + length + header[Log.FillAt];
                }
                if (last && notTaken >= 0) Keep(name, file, notTaken);
                last &= !data;
            }
            return found;
        }

        private void Keep(string name, FileStream file, long at)
        {
            segment = name;
            position = at;
            file.Position = at;
            byte[] header = new byte[Log.HeaderBytes];
            Fill(file, header);
            byte[] payload = new byte[BitConverter.ToInt32(header, Log.LengthAt)];
            Fill(file, payload);
            Stream = header[0];
            NotTaken = payload;
        }

        private static void Fill(FileStream file, byte[] bytes)
        {
            for (int got = 0; got < bytes.Length;)
            {
                int n = file.Read(bytes, got, bytes.Length - got);
                if (n == 0) throw new EndOfStreamException();
                got += n;
            }
        }

        private static void WriteByte(FileStream file, long at, byte value)
        {
            file.Position = at;
            file.WriteByte(value);
        }

        private static FileStream Open(string name, FileAccess access) =>
            new FileStream(name, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, 4096);
    }
}
