// What edge-js hands over.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace HostCompute.Bridge
{
    /// <summary>A request as edge hands it over. Integers arrive as int, uint or double; a missing member is null.</summary>
    internal sealed class Request
    {
        private readonly IDictionary<string, object> members;
        public Request(IDictionary<string, object> members) { this.members = members; }

        public string Text(string name) => members.TryGetValue(name, out var value) ? (string)value : null;
        public bool Flag(string name) => members.TryGetValue(name, out var value) && value is true;
        public long Long(string name) => members.TryGetValue(name, out var value) && value != null ? Convert.ToInt64(value) : throw new ArgumentException(name + " is missing");
        /// <summary>Up to 2^64-1: a number, or decimal text where the number would not be exact.</summary>
        public ulong Unsigned(string name) => members.TryGetValue(name, out var value) && value != null ? Convert.ToUInt64(value, CultureInfo.InvariantCulture) : throw new ArgumentException(name + " is missing");
        public int Integer(string name) => checked((int)Long(name));
        public string[] Texts(string name) => members.TryGetValue(name, out var value) && value is object[] items ? items.Cast<string>().ToArray() : new string[0];
    }
}
