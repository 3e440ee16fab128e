function Wait-HcsContainer {
    <#
    .SYNOPSIS
    Waits for the end of containers, all at once, and returns their exit codes.
    .PARAMETER Id
    Ids of containers, also from the pipeline, or wildcards; that none matches one is no error.
    .PARAMETER For
    init: the end of the first process alone; container (default): of the whole container.
    .PARAMETER ExecId
    An exec instead of the first process.
    .PARAMETER Any
    Return with the first of them that has ended, and its code alone.
    .PARAMETER Timeout
    How long to wait, for all together; an error of id timeout after that, for each that has not ended.
    .EXAMPLE
    (Wait-HcsContainer web).ExitCode

    Waits until it has ended; returns at once when it has. Windows codes are in ExitCodeHex, too.
    .EXAMPLE
    Wait-HcsContainer job-* -Timeout 5m | Where-Object ExitCode -ne 0

    Waits for several, at most five minutes in all, and returns those that failed.
    .EXAMPLE
    Wait-HcsContainer job-* | Sort-Object Duration -Descending | Select-Object Id, ExitCode, Duration

    How long each took: Duration is the time from StartedAt to ExitedAt.
    .EXAMPLE
    $first = Wait-HcsContainer job-* -Any; Get-HcsContainer job-* | Where-Object Status -eq running | Stop-HcsContainer

    Waits for the one that ends first, and stops the others.
    .EXAMPLE
    try { Wait-HcsContainer web -Timeout 10 -ErrorAction Stop } catch { if ($_.FullyQualifiedErrorId -like 'timeout*') { Stop-HcsContainer web } else { throw } }

    Ends what takes too long.
    .OUTPUTS
    HostCompute.Exit
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Exit')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [ValidateSet('init', 'container')]
        [string] $For,
        [string] $ExecId,
        [switch] $Any,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    begin {
        $names = New-Object -TypeName System.Collections.Generic.List[string]
    }
    process {
        foreach ($name in $Id) { $names.Add($name) }
    }
    end {
        $found = @(Resolve-HcsId -Id $names -Caller $PSCmdlet)
        $line = @('wait')
        if ($For) { $line += '--for', $For }
        if ($Any) { $line += '--any' }
        if ($ExecId) { $line += '--exec-id', $ExecId }
        Invoke-HcsAll -Caller $PSCmdlet -Line $line -Id $found -Timeout $Timeout | ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Exit' }
    }
}
