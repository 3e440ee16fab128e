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
        public const int VersionAt = 1, FillAt = 3, LengthAt = 4;
        public const byte FormatVersion = 1;
        /// <summary>Of a chunk that has been marked by the next one, or was written over an older segment, where its length is filled up to a multiple of 8.</summary>
        public const byte OverVersion = 2;
        /// <summary>Its bytes may not have been taken out of the program's pipe.</summary>
        public const byte NotTakenVersion = 3;
        /// <summary>More segments than this are not kept, however small: each engine that takes a log up begins one.</summary>
        private const int MostSegments = 64;
        private static readonly byte[] Nothing = new byte[HeaderBytes];
        private const long UnixEpochTicks = 621355968000000000;
        private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

        private readonly string folder;
        private readonly long segmentBytes;
        private readonly int segments;
        private readonly Action<string> failed;
        private long[] offsets = new long[3];
        private LogEnd earlier;
        private readonly object gate = new object();
        private FileStream file;
        private SafeFileHandle descriptor;
        private int number;
        private long position, lastChunk;
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
                    earlier = new LogEnd(Existing().OrderByDescending(n => n).Select(Name));
                    offsets = earlier.Offsets;
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
        /// The same for `length` bytes that are in `source`, a pipe. They are taken out of it whatever becomes of the file, and not before they are in it:
        /// whenever this process is killed.
        /// </summary>
        public void Append(byte stream, Channel source, int length)
        {
            lock (gate)
            {
                int left = length;
                try
                {
                    while (left > 0 && Writable())
                    {
                        int before = left;
                        try
                        {
                            if (over) MoveOver(stream, source, ref left);
                            else Move(stream, source, ref left);
                        }
                        finally { offsets[stream] += before - left; }
                    }
                }
                catch (Exception e) { Fail(e); }
                offsets[stream] += left;
                Drop(source, left);
            }
        }

        /// <summary>
        /// The same for bytes that `take` takes out of a pipe, of which `buffer` has a copy: a kill finds them in the pipe or in the file, and when in both
        /// the chunk says so.
        /// </summary>
        public void Append(byte stream, byte[] buffer, int length, Action take)
        {
            lock (gate)
            {
                Header(buffer, stream, 0, length, offsets[stream]);
                buffer[VersionAt] = NotTakenVersion;
                bool written = Write(buffer, HeaderBytes + length);
                offsets[stream] += length;
                take();
                if (!written) return;
                try { WriteAt(lastChunk + VersionAt, new[] { OverVersion }, 0, 1); file.Position = position; }
                catch (Exception e) { Fail(e); }
            }
        }

        /// <summary>
        /// Before the first bytes of a stream: `take` gets what an earlier bridge had put into the log and not yet taken out of the pipe, as far as is known, and
        /// takes it out when the pipe begins with it.
        /// </summary>
        public void Resume(byte stream, Action<byte[]> take)
        {
            lock (gate)
            {
                byte[] payload = earlier?.NotTaken;
                if (payload == null || earlier.Stream != stream) return;
                take(payload);
                try { earlier.Settle(); }
                catch (IOException) { /* gone: it was the oldest that is kept */ }
            }
        }

        /// <summary>In a segment that is written for the first time: one call moves a byte from the pipe to the file.</summary>
        private void Move(byte stream, Channel source, ref int left)
        {
            int length = left;
            byte[] header = new byte[HeaderBytes];
            Header(header, stream, 0, length, offsets[stream]);
            file.Write(header, 0, HeaderBytes);
            if (!Splicer.ToFile(source.Handle, Descriptor, position + HeaderBytes, ref left))
                Taken(source, length, ref left, (bytes, n, done) => WriteAt(position + HeaderBytes + done, bytes, 0, n));
            position += HeaderBytes + length;
            file.Position = position;
        }

        /// <summary>
        /// Over an older one a chunk is not seen before its header is there, which comes last. So a copy is written, marked as not taken, and then the bytes are
        /// taken.
        /// </summary>
        private void MoveOver(byte stream, Channel source, ref int left)
        {
            Splicer copy = Splicer.Take();
            try
            {
                int length = copy == null ? 0 : copy.Copy(source.Handle, left);
                if (length <= 0 || !copy.ToFile(Descriptor, position + HeaderBytes))
                {
                    copy?.Drain(Stream.Null);
                    file.SetLength(position);
                    file.Position = position;
                    over = false;
                    return;
                }
                byte[] header = new byte[HeaderBytes];
                Header(header, stream, 0, length, offsets[stream]);
                long end = Place(header, length, NotTakenVersion);
                int taken = length;
                Drop(source, taken);
                left -= length;
                WriteAt(position + VersionAt, new[] { OverVersion }, 0, 1);
                position = end;
            }
            finally { Splicer.Return(ref copy); }
        }

        public static void Drop(Channel source, int bytes) => Taken(source, bytes, ref bytes, (buffer, n, done) => { });

        /// <summary>Takes `left` of `length` bytes, which are there, out of the pipe.</summary>
        private static void Taken(Channel source, int length, ref int left, Action<byte[], int, int> each)
        {
            if (left == 0) return;
            byte[] buffer = LargeBuffers.Take();
            while (left > 0)
            {
                int n = source.ReadNow(buffer, 0, Math.Min(left, buffer.Length));
                if (n <= 0) throw new IOException("a program's pipe lost " + left + " bytes");
                each(buffer, n, length - left);
                left -= n;
            }
            LargeBuffers.Return(ref buffer);
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

        private bool Write(byte[] bytes, int count)
        {
            try
            {
                if (!Writable()) return false;
                WriteChunk(bytes, count);
                return true;
            }
            catch (Exception e)
            {
                Fail(e);
                return false;
            }
        }

        /// <summary>There is a segment with room. False: closed, or it failed a moment ago.</summary>
        private bool Writable()
        {
            if (closed) return false;
            if (file == null)
            {
                if (sinceFailure.IsRunning && sinceFailure.Elapsed < RetryAfter) return false;
                MakeFolder();
                NextSegment();
            }
            else if (position >= segmentBytes) NextSegment();
            return true;
        }

        private SafeFileHandle Descriptor => descriptor ?? (descriptor = file.SafeFileHandle);

        private void WriteChunk(byte[] bytes, int count)
        {
            lastChunk = position;
            if (over)
            {
                if (count > HeaderBytes) WriteAt(position + HeaderBytes, bytes, HeaderBytes, count - HeaderBytes);
                position = Place(bytes, count - HeaderBytes, Math.Max(bytes[VersionAt], OverVersion));
                return;
            }
            file.Write(bytes, 0, count);
            position += count;
        }

        /// <summary>
        /// The payload is there. As a reader meets it: the end that follows, and only then the header, which makes it a chunk. Its first eight bytes come last;
        /// they lie in one page, so that they are seen together or not at all. Where the next chunk begins.
        /// </summary>
        private long Place(byte[] header, int length, byte version)
        {
            int fill = -(HeaderBytes + length) & 7;
            long end = position + HeaderBytes + length + fill;
            header[VersionAt] = version;
            header[FillAt] = (byte)fill;
            WriteAt(end, Nothing, 0, HeaderBytes);
            WriteAt(position + 8, header, 8, HeaderBytes - 8);
            WriteAt(position, header, 0, 8);
            return end;
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
