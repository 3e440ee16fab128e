// edge-js's sources open this namespace without using anything of it; declaring it here saves shipping the C# compiler.
namespace Microsoft.CodeAnalysis.CSharp.Syntax
{
    internal static class Unused { }
}
