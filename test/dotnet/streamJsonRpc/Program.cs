// Drives `hcs serve --stdio` with StreamJsonRpc exactly as the package comes, through a container's whole life.
// Arguments: the program to start, and its arguments. Prints `passed NAME` or `failed NAME: why` a step and last `N passed, N failed`.
using System.Diagnostics;
using Hostcompute.Test;
using StreamJsonRpc;

var formatters = new (string Name, Func<IJsonRpcMessageFormatter> Make)[]
{
    ("Newtonsoft.Json", () => new JsonMessageFormatter()),
    // The typed proxy keeps named arguments in fields, which this serializer leaves out unless it is told.
    ("System.Text.Json", () => new SystemTextJsonFormatter { JsonSerializerOptions = { IncludeFields = true } }),
};

var report = new Report();
foreach (var (name, make) in formatters)
{
    using var host = Process.Start(new ProcessStartInfo(args[0], args[1..])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    }) ?? throw new InvalidOperationException("the host cannot be started");
    try
    {
        var handler = new HeaderDelimitedMessageHandler(host.StandardInput.BaseStream, host.StandardOutput.BaseStream, make());
        using var rpc = new JsonRpc(handler);
        await new Session(rpc, host, report, name).RunAsync();
    }
    finally
    {
        if (!host.HasExited) host.Kill();
    }
}

return report.Close();
