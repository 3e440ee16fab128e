namespace Hostcompute.Test;

/// <summary>Counts steps and prints a line for each.</summary>
internal sealed class Report
{
    /// <summary>No step takes longer; one that does has failed.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private int passed;
    private int failed;

    /// <summary>Runs one step; what it throws is its failure, and the steps after it still run.</summary>
    public async Task StepAsync(string name, Func<Task> step)
    {
        try
        {
            await step().WaitAsync(Bound);
            this.passed++;
            Console.WriteLine($"passed {name}");
        }
        catch (Exception e)
        {
            this.failed++;
            Console.WriteLine($"failed {name}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Prints the totals. Answers the exit code: 0 when nothing failed.</summary>
    public int Close()
    {
        Console.WriteLine($"{this.passed} passed, {this.failed} failed");
        return this.failed == 0 ? 0 : 1;
    }

    public static void Same<T>(T expected, T got, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, got))
            throw new InvalidOperationException($"{what}: expected {expected}, got {got}");
    }
}
