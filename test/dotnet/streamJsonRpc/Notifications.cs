using System.Collections.Concurrent;
using System.Threading.Channels;
using StreamJsonRpc;

namespace Hostcompute.Test;

/// <summary>Gets what the host tells unasked.</summary>
internal sealed class Notifications
{
    public Channel<Event> Events { get; } = Channel.CreateUnbounded<Event>();

    private readonly ConcurrentDictionary<string, Channel<object>> streams = new();

    [JsonRpcMethod("events/event", UseSingleObjectParameterDeserialization = true)]
    public void OnEvent(Event e) => this.Events.Writer.TryWrite(e);

    [JsonRpcMethod("stream/data", UseSingleObjectParameterDeserialization = true)]
    public void OnData(StreamData data) => this.Stream(data.streamId).Writer.TryWrite(data);

    [JsonRpcMethod("stream/end", UseSingleObjectParameterDeserialization = true)]
    public void OnEnd(StreamEnd end)
    {
        this.Stream(end.streamId).Writer.TryWrite(end);
        this.Stream(end.streamId).Writer.TryComplete();
    }

    /// <summary>StreamData, and last a StreamEnd.</summary>
    public Channel<object> Stream(string streamId) =>
        this.streams.GetOrAdd(streamId, _ => Channel.CreateUnbounded<object>());
}
