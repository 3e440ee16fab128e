// Shapes of docs/rpc.md as a C# program would declare them. Lower case, so that both formatters read them without options.
#pragma warning disable IDE1006, CS8618
using StreamJsonRpc;

namespace Hostcompute.Test;

internal sealed class Nothing { }

internal sealed class ServerInfo
{
    public string name { get; set; }
    public string version { get; set; }
    public int pid { get; set; }
}

internal sealed class InitializeResult
{
    public int protocolVersion { get; set; }
    public ServerInfo serverInfo { get; set; }
    public string backend { get; set; }
}

internal sealed class Created { public string id { get; set; } }

internal sealed class Started { public int pid { get; set; } }

internal sealed class Execed
{
    public string execId { get; set; }
    public int pid { get; set; }
}

internal sealed class Opened
{
    public string streamId { get; set; }
    public int? credit { get; set; }
}

internal sealed class Exit
{
    public long? exitCode { get; set; }
    public string exitedAt { get; set; }
}

internal sealed class Item
{
    public string id { get; set; }
    public string status { get; set; }
}

internal sealed class Items { public Item[] items { get; set; } }

internal sealed class Subscribed
{
    public string subscriptionId { get; set; }
    public long cursor { get; set; }
}

internal sealed class Event
{
    public string subscriptionId { get; set; }
    public string containerId { get; set; }
    public string processId { get; set; }
    public long cursor { get; set; }
    public long sequence { get; set; }
    public string type { get; set; }
    public long? exitCode { get; set; }
}

internal sealed class StreamData
{
    public string streamId { get; set; }
    public string data { get; set; }
    public long offset { get; set; }
}

internal sealed class StreamEnd
{
    public string streamId { get; set; }
    public long bytes { get; set; }
    public string? error { get; set; }
}

internal sealed class ProgressValue
{
    public string kind { get; set; }
    public string? title { get; set; }
    public double? elapsedMs { get; set; }
}

internal sealed class StateParams
{
    public string id { get; set; }
    public IProgress<ProgressValue>? workDoneToken { get; set; }
}

/// <summary>Declared as StreamJsonRpc wants it for a typed proxy.</summary>
internal interface IContainers
{
    [JsonRpcMethod("container/state")]
    Task<Item> StateAsync(string id, CancellationToken cancellation);
}
