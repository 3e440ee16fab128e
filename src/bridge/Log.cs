// The segments of a log on the disk.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Win32.SafeHandles;

namespace HostCompute.Bridge
{
    /// <summary>
    /// Writes the segments of one process's log; docs/logs.md has the format. Both streams share it. Whatever goes wrong with the
    /// file, be it the disk or its limits, is told by `failed` and never stops a stream.
    /// </summary>
    internal sealed class Log
    {
        public const int HeaderBytes = 24;
        private const byte FormatVersion = 1;
        /// <summary>Of a chunk that was written over an older segment: its length is filled up to a multiple of 8.</summary>
        private const byte OverVersion = 2;
        /// <summary>More segments than this are not kept, however small: each engine that takes a log up begins one.</summary>
        private const int MostSegments = 64;
        private static readonly byte[] Nothing = new byte[HeaderBytes];
        private const long UnixEpochTicks = 621355968000000000;
        private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

        private readonly string folder;
        private readonly long segmentBytes;
        private readonly int segments;
        private readonly Action<string> failed;
        private readonly long[] offsets = new long[3];
        private readonly object gate = new object();
        private FileStream file;
        private SafeFileHandle descriptor;
        private int number;
        private long position;
        /// <summary>The segment lies over an older one: a header of zeros follows its last chunk, and then older bytes.</summary>
        private bool over;
        private readonly Stopwatch sinceFailure = new Stopwatch();
        private bool closed;

        public Log(string folder, long segmentBytes, int segments, Action<string> failed)
        {
            this.folder = folder;
            this.segmentBytes = segmentBytes;
            this.segments = Math.Max(1, segments);
            this.failed = failed;
        }

        /// <summary>Makes the folder, finds where the streams had got to, and begins the next segment.</summary>
        public void Open()
        {
            lock (gate)
            {
                try
                {
                    MakeFolder();
                    number = Existing().DefaultIfEmpty(0).Max();
                    FindOffsets();
                    NextSegment();
                }
                catch (Exception e) { Fail(e); }
            }
        }

        /// <summary>One chunk, header and payload, in one write. `buffer` has room for the header before the payload.</summary>
        public void Append(byte stream, byte[] buffer, int length)
        {
            lock (gate)
            {
                Header(buffer, stream, 0, length, offsets[stream]);
                Write(buffer, HeaderBytes + length);
                offsets[stream] += length;
            }
        }

        /// <summary>
        /// The same for `length` bytes that are in `source`, which are taken out of it whatever becomes of the file. `scratch` has room for a
        /// header, and is for bytes that nobody wants.
        /// </summary>
        public void Append(byte stream, Channel source, byte[] scratch, int length)
        {
            lock (gate)
            {
                Header(scratch, stream, 0, length, offsets[stream]);
                int left = length;
                Write(scratch, HeaderBytes, length, () => Splicer.ToFile(source.Handle, descriptor ?? (descriptor = file.SafeFileHandle), position + HeaderBytes, ref left));
                while (left > 0)
                {
                    int n = source.ReadNow(scratch, 0, Math.Min(left, scratch.Length));
                    if (n <= 0) throw new IOException("a program's pipe lost " + left + " bytes");
                    left -= n;
                }
                offsets[stream] += length;
            }
        }

        /// <summary>Writes the end marker of a stream and says how many bytes it had since its beginning.</summary>
        public long End(byte stream)
        {
            lock (gate)
            {
                byte[] marker = new byte[HeaderBytes];
                Header(marker, 0, stream, 0, offsets[stream]);
                Write(marker, HeaderBytes);
                return offsets[stream];
            }
        }

        public void Close()
        {
            lock (gate)
            {
                closed = true;
                CloseFile();
            }
        }

        /// <summary>Whoever removes the last log of an earlier container of the same name may take a parent away between two steps.</summary>
        private void MakeFolder()
        {
            for (int tries = 3; ; tries--)
            {
                try { Directory.CreateDirectory(folder); return; }
                catch (DirectoryNotFoundException) when (tries > 1) { /* from the beginning */ }
            }
        }

        private void Write(byte[] bytes, int count, int more = 0, Action writeMore = null)
        {
            if (closed) return;
            try
            {
                if (file == null)
                {
                    if (sinceFailure.IsRunning && sinceFailure.Elapsed < RetryAfter) return;
                    MakeFolder();
                    NextSegment();
                }
                else if (position >= segmentBytes) NextSegment();
                WriteChunk(bytes, count, more, writeMore);
            }
            catch (Exception e) { Fail(e); }
        }

        private void WriteChunk(byte[] bytes, int count, int more = 0, Action writeMore = null)
        {
            if (over)
            {
                WriteOver(bytes, count, more, writeMore);
                return;
            }
            file.Write(bytes, 0, count);
            writeMore?.Invoke();
            position += count + more;
            if (more > 0) file.Position = position;
        }

        /// <summary>
        /// As a reader meets them: the end that follows, and only then the header, which makes the chunk one. Its first eight bytes come last; they lie
        /// in one page, so that they are seen together or not at all.
        /// </summary>
        private void WriteOver(byte[] bytes, int count, int more, Action writeMore)
        {
            int fill = -(count + more) & 7;
            long end = position + count + more + fill;
            bytes[1] = OverVersion;
            bytes[3] = (byte)fill;
            if (count > HeaderBytes) WriteAt(position + HeaderBytes, bytes, HeaderBytes, count - HeaderBytes);
            writeMore?.Invoke();
            WriteAt(end, Nothing, 0, HeaderBytes);
            WriteAt(position + 8, bytes, 8, HeaderBytes - 8);
            WriteAt(position, bytes, 0, 8);
            position = end;
        }

        private void WriteAt(long at, byte[] bytes, int from, int count)
        {
            file.Position = at;
            file.Write(bytes, from, count);
        }

        private void NextSegment()
        {
            CloseFile();
            int next = number + 1;
            List<int> surplus = Surplus(out int large);
            over = large > 0 && TakeOver(large, next);
            if (!over) file = Opened(next, FileMode.CreateNew);
            number = next;
            position = 0;
            foreach (int old in surplus) File.Delete(Name(old));
            // So that the offsets can be found when the segments that told them are gone.
            for (byte stream = 1; stream <= 2; stream++)
            {
                if (offsets[stream] == 0) continue;
                byte[] mark = new byte[HeaderBytes];
                Header(mark, stream, 0, 0, offsets[stream]);
                WriteChunk(mark, HeaderBytes);
            }
        }

        /// <summary>
        /// Segments that make room for one more: by their bytes, since one that was begun anew, by another engine or after the disk was full, may be
        /// small. `large`: the newest of them that is worth writing over, or 0.
        /// </summary>
        private List<int> Surplus(out int large)
        {
            var surplus = new List<int>();
            long room = (segments - 1) * segmentBytes;
            int kept = 0;
            large = 0;
            foreach (int n in Existing().OrderByDescending(n => n))
            {
                long length = new FileInfo(Name(n)).Length;
                // A segment passes its size by part of its last chunk.
                long counted = Math.Min(length, segmentBytes);
                if (length > 0 && counted <= room && kept < MostSegments) { room -= counted; kept++; continue; }
                // Nothing older is kept either: a log has no holes.
                if (length > 0) room = 0;
                surplus.Add(n);
                if (large == 0 && counted * 2 >= segmentBytes) large = n;
            }
            return surplus;
        }

        /// <summary>
        /// A segment that is to go becomes the next one: its pages and blocks need not be given back and got anew, which is most of what a log costs.
        /// It has no chunk before it has its new name, and no new byte before its old name is gone. False: it cannot be had.
        /// </summary>
        private bool TakeOver(int old, int next)
        {
            try
            {
                file = Opened(old, FileMode.Open);
                file.Write(Nothing, 0, HeaderBytes);
                File.Move(Name(old), Name(next));
                return true;
            }
            catch (Exception)
            {
                CloseFile();
                return false;
            }
        }

        private FileStream Opened(int segment, FileMode mode) =>
            new FileStream(Name(segment), mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);

        /// <summary>A chunk that was cut is taken back, so that what follows can be read; writing is tried again a second later.</summary>
        private void Fail(Exception e)
        {
            try { file?.SetLength(position); } catch (Exception) { /* a reader skips what it cannot parse */ }
            CloseFile();
            sinceFailure.Restart();
            failed(e.Message);
        }

        private void CloseFile()
        {
            try { if (over) file?.SetLength(position); } catch (Exception) { /* the header of zeros says where it ends */ }
            try { file?.Dispose(); } catch (Exception) { /* nothing is buffered */ }
            over = false;
            file = null;
            descriptor = null;
        }

        private void FindOffsets()
        {
            bool stdout = false, stderr = false;
            foreach (int segment in Existing().OrderByDescending(n => n))
            {
                if (stdout && stderr) return;
                long[] found = { 0, -1, -1 };
                using (var reader = new FileStream(Name(segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096))
                {
                    byte[] header = new byte[HeaderBytes];
                    long at = 0;
                    while (at + HeaderBytes <= reader.Length)
                    {
                        reader.Position = at;
                        if (reader.Read(header, 0, HeaderBytes) < HeaderBytes || (header[1] != FormatVersion && header[1] != OverVersion)) break;
                        int length = BitConverter.ToInt32(header, 4);
                        at += HeaderBytes + length + header[3];
                        if (length < 0 || at > reader.Length) break;
                        byte stream = header[0] == 0 ? header[2] : header[0];
                        if (stream == 1 || stream == 2) found[stream] = BitConverter.ToInt64(header, 8) + length;
                    }
                }
                if (!stdout && found[1] >= 0) { offsets[1] = found[1]; stdout = true; }
                if (!stderr && found[2] >= 0) { offsets[2] = found[2]; stderr = true; }
            }
        }

        private IEnumerable<int> Existing() =>
            Directory.GetFiles(folder, "*.log").Select(Path.GetFileNameWithoutExtension)
                .Where(name => name.Length == 6 && name.All(c => c >= '0' && c <= '9')).Select(name => int.Parse(name, CultureInfo.InvariantCulture)).ToList();

        private string Name(int segment) => Path.Combine(folder, segment.ToString("D6", CultureInfo.InvariantCulture) + ".log");

        private static void Header(byte[] into, byte stream, byte ended, int length, long offset)
        {
            into[0] = stream;
            into[1] = FormatVersion;
            into[2] = ended;
            into[3] = 0;
            Put(into, 4, length, 4);
            Put(into, 8, offset, 8);
            Put(into, 16, (DateTime.UtcNow.Ticks - UnixEpochTicks) / 10, 8);
        }

        private static void Put(byte[] into, int at, long value, int bytes)
        {
            for (int i = 0; i < bytes; i++) into[at + i] = (byte)(value >> (8 * i));
        }
    }
}
