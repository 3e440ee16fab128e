using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using StreamJsonRpc;
using static Hostcompute.Test.Report;

namespace Hostcompute.Test;

/// <summary>One connection, from initialize to exit.</summary>
internal sealed class Session(JsonRpc rpc, Process host, Report report, string formatter)
{
    private readonly Notifications told = new();
    /// <summary>Bytes that init says before it copies stdin.</summary>
    private const int Greeting = 6;
    private readonly string id = $"csharp-{Environment.ProcessId}-{(formatter.StartsWith('N') ? 1 : 2)}";

    private string stdin = "";
    private string stdout = "";

    public async Task RunAsync()
    {
        rpc.AddLocalRpcTarget(this.told);
        rpc.StartListening();
        await this.StepAsync("a request before initialize is refused", this.BeforeInitializeAsync);
        await this.StepAsync("initialize", this.InitializeAsync);
        await this.StepAsync("events/subscribe", () => this.AskAsync<Subscribed>("events/subscribe", new Nothing()));
        await this.StepAsync("create with a spec", this.CreateAsync);
        await this.StepAsync("an error carries the error object as data", this.ErrorAsync);
        await this.StepAsync("requests without parameters", this.NoParametersAsync);
        await this.StepAsync("a typed proxy with named arguments", this.ProxyAsync);
        await this.StepAsync("start", this.StartAsync);
        await this.StepAsync("a stream is pulled by credit, byte for byte", this.StreamAsync);
        await this.StepAsync("stdin is sent and comes back", this.StdinAsync);
        await this.StepAsync("progress of a request through IProgress", this.ProgressAsync);
        await this.StepAsync("exec, and its exit code", this.ExecAsync);
        await this.StepAsync("a CancellationToken ends a wait at once", this.CancelAsync);
        await this.StepAsync("the end of stdin ends the program, and its stream after the last byte", this.EndOfInputAsync);
        await this.StepAsync("wait for the container", this.WaitAsync);
        await this.StepAsync("delete", () => this.AskAsync<Nothing>("container/delete", new { this.id }));
        await this.StepAsync("every event came, in order", this.EventsAsync);
        await this.StepAsync("shutdown and exit end the host with status 0", this.EndAsync);
    }

    private Task StepAsync(string name, Func<Task> step) => report.StepAsync($"{formatter}: {name}", step);

    private Task<T> AskAsync<T>(string method, object parameters, CancellationToken cancellation = default) =>
        rpc.InvokeWithParameterObjectAsync<T>(method, parameters, cancellation);

    private async Task BeforeInitializeAsync()
    {
        var e = await RefusedAsync(() => this.AskAsync<Items>("container/list", new Nothing()));
        Same(-32002, (int?)e.ErrorCode, "code");
    }

    private async Task InitializeAsync()
    {
        var answer = await this.AskAsync<InitializeResult>("initialize", new
        {
            processId = Environment.ProcessId,
            clientInfo = new { name = "StreamJsonRpc", version = "2.26" },
            protocolVersions = new[] { 1 },
            capabilities = new Nothing(),
        });
        Same(1, answer.protocolVersion, "protocolVersion");
        Same("simulator", answer.backend, "backend");
        await rpc.NotifyAsync("initialized");
    }

    /// <summary>Init says a line, copies its stdin to its stdout, and ends with 7.</summary>
    private async Task CreateAsync()
    {
        const string script = "printf 'caf\\303\\251\\n'; cat; exit 7";
        var spec = new
        {
            ociVersion = "1.1.0",
            process = new { cwd = "/", args = new[] { "sh", "-c", script } },
        };
        var created = await this.AskAsync<Created>("container/create", new { this.id, spec, builtinBase = true });
        Same(this.id, created.id, "id");
    }

    private async Task ErrorAsync()
    {
        var e = await RefusedAsync(() => this.AskAsync<Item>("container/state", new { id = "nobody" }));
        Same(1001, (int?)e.ErrorCode, "code");
        var data = e.ErrorData?.ToString() ?? "";
        Same(true, data.Contains("\"notFound\"") && data.Contains("nobody"), $"data names code and container: {data}");
        var wrong = await RefusedAsync(() => this.AskAsync<Item>("container/state", new { id = 5 }));
        Same(-32602, (int?)wrong.ErrorCode, "code of a wrong parameter");
    }

    /// <summary>StreamJsonRpc then sends an empty array.</summary>
    private async Task NoParametersAsync() =>
        Same(true, (await rpc.InvokeAsync<Items>("container/list")).items.Any(item => item.id == this.id), "listed");

    private async Task ProxyAsync()
    {
        var proxy = rpc.Attach<IContainers>(new JsonRpcProxyOptions { ServerRequiresNamedArguments = true });
        Same("created", (await proxy.StateAsync(this.id, CancellationToken.None)).status, "status");
    }

    private async Task StartAsync()
    {
        var started = await this.AskAsync<Started>("container/start", new { this.id, stdin = true });
        Same(true, started.pid > 0, "pid above 0");
    }

    private async Task StreamAsync()
    {
        var opened = await this.AskAsync<Opened>("stream/open", new { this.id, stream = "stdout" });
        var stream = this.told.Stream(opened.streamId).Reader;
        var got = new List<byte>();
        // Two bytes at a time, so that a character is cut.
        while (got.Count < Greeting)
        {
            await rpc.NotifyWithParameterObjectAsync("stream/credit", new { opened.streamId, bytes = 2 });
            var data = (StreamData)await stream.ReadAsync();
            Same(got.Count, (int)data.offset, "offset");
            var bytes = Convert.FromBase64String(data.data);
            Same(true, bytes.Length <= 2, "no more than the credit");
            got.AddRange(bytes);
        }
        Same("café\n", Encoding.UTF8.GetString(got.ToArray()), "stdout");
        await this.AskAsync<Nothing>("stream/close", new { opened.streamId });
    }

    private async Task StdinAsync()
    {
        var opened = await this.AskAsync<Opened>("stream/open", new { this.id, stream = "stdin" });
        this.stdin = opened.streamId;
        Same(true, opened.credit > 0, "credit for stdin");
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        await this.AskAsync<Nothing>("stream/data", new { streamId = this.stdin, data = Convert.ToBase64String(bytes) });
        this.stdout = (await this.AskAsync<Opened>(
            "stream/open",
            new { this.id, stream = "stdout", from = Greeting, credit = 4096 })).streamId;
        var got = new List<byte>();
        while (got.Count < bytes.Length) got.AddRange(Convert.FromBase64String((await this.NextDataAsync()).data));
        Same(true, got.SequenceEqual(bytes), "every byte came back as it was");
    }

    private async Task ProgressAsync()
    {
        var kinds = Channel.CreateUnbounded<string>();
        var progress = new Progress<ProgressValue>(value => kinds.Writer.TryWrite(value.kind));
        await this.AskAsync<Item>("container/state", new StateParams { id = this.id, workDoneToken = progress });
        // Progress<T> hands over on the thread pool, in any order.
        var told = new[] { await kinds.Reader.ReadAsync(), await kinds.Reader.ReadAsync() };
        Same("begin end", string.Join(' ', told.Order()), "kinds");
    }

    private async Task ExecAsync()
    {
        var process = new { cwd = "/", args = new[] { "sh", "-c", "exit 300" } };
        var exec = await this.AskAsync<Execed>("container/exec", new { this.id, process });
        Same(true, exec.pid > 0, "pid above 0");
        var exit = await this.AskAsync<Exit>("container/wait", new { this.id, exec.execId });
        Same(300L % 256, exit.exitCode, "exit code");
    }

    private async Task CancelAsync()
    {
        using var source = new CancellationTokenSource();
        var wait = this.AskAsync<Exit>("container/wait", new { this.id }, source.Token);
        // The answer to what was asked later says that the host has begun with the wait.
        await this.AskAsync<Item>("container/state", new { this.id });
        source.Cancel();
        try
        {
            await wait;
            throw new InvalidOperationException("the wait was answered");
        }
        catch (OperationCanceledException)
        {
            Same("running", (await this.AskAsync<Item>("container/state", new { this.id })).status, "status");
        }
    }

    private async Task EndOfInputAsync()
    {
        await this.AskAsync<Nothing>("stream/close", new { streamId = this.stdin });
        var end = (StreamEnd)await this.told.Stream(this.stdout).Reader.ReadAsync();
        Same(Greeting + 256L, end.bytes, "length of stdout");
        Same(null, end.error, "error");
    }

    private async Task WaitAsync() =>
        Same(7L, (await this.AskAsync<Exit>("container/wait", new { this.id })).exitCode, "exit code");

    private async Task EventsAsync()
    {
        var types = new List<string>();
        for (long sequence = 1; !types.Contains("delete"); sequence++)
        {
            var e = await this.told.Events.Reader.ReadAsync();
            Same(this.id, e.containerId, "container");
            Same(sequence, e.sequence, "sequence");
            types.Add(e.type == "exit" && e.processId == "init" ? $"exit {e.exitCode}" : e.type);
        }
        Same("create start exec-added exec-started exit stopping exit 7 delete", string.Join(' ', types), "events");
    }

    private async Task EndAsync()
    {
        await rpc.InvokeAsync("shutdown");
        var refused = await RefusedAsync(() => this.AskAsync<Items>("container/list", new Nothing()));
        Same(-32600, (int?)refused.ErrorCode, "code after shutdown");
        await rpc.NotifyAsync("exit");
        await host.WaitForExitAsync();
        Same(0, host.ExitCode, "status");
        await rpc.Completion;
    }

    private async Task<StreamData> NextDataAsync() =>
        await this.told.Stream(this.stdout).Reader.ReadAsync() switch
        {
            StreamData data => data,
            StreamEnd end => throw new InvalidOperationException($"the stream ended after {end.bytes} bytes"),
            _ => throw new InvalidOperationException("neither data nor end"),
        };

    private static async Task<RemoteRpcException> RefusedAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            await ask();
        }
        catch (RemoteRpcException e)
        {
            return e;
        }
        throw new InvalidOperationException("it was not refused");
    }
}
