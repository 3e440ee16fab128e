function Measure-HcsContainer {
    <#
    .SYNOPSIS
    Processor, memory, storage and network figures of running containers.
    .DESCRIPTION
    Figures are numbers: CpuSeconds (UserSeconds and KernelSeconds), MemoryBytes (private working set), CommitBytes, PeakCommitBytes, ReadBytes,
    WriteBytes, ReceivedBytes, SentBytes, UptimeSeconds. The columns of the table are members as well: Cpu, Memory, Commit, Read, Written, Up.
    Detail, which no export takes, has them as HCS tells them, with each network endpoint: Detail.Network.
    .PARAMETER Id
    Ids of containers, also from the pipeline, or wildcards; all that run when absent.
    .PARAMETER Follow
    Look again and again, until the pipeline stops: an object of each container at each look. Of one id until that container ends.
    .PARAMETER Interval
    With -Follow: time between two looks; seconds, or a text such as 500ms; default 1 s.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Measure-HcsContainer

    Of all that run: processor time, memory, bytes read and written. Format-List * shows all.
    .EXAMPLE
    Measure-HcsContainer | Sort-Object Memory -Descending | Select-Object -First 5

    The five that take most memory.
    .EXAMPLE
    (Measure-HcsContainer | Measure-Object Memory -Sum).Sum / 1MB

    What all take together, in MiB; Measure-HcsContainer web-* is those whose id begins with web-.
    .EXAMPLE
    Measure-HcsContainer web -Follow -Interval 500ms | Select-Object -First 3 | Export-Csv web.csv

    Three looks into a table.
    .OUTPUTS
    HostCompute.Statistics
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Statistics')]
    param(
        [Parameter(Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [switch] $Follow,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Interval,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    begin {
        $names = New-Object -TypeName System.Collections.Generic.List[string]
    }
    process {
        if ($Follow) {
            foreach ($name in $Id) { $names.Add($name) }
            return
        }
        if (-not $Id -and -not $MyInvocation.ExpectingInput) {
            $list = Invoke-Hcs -Argument 'stats' -Timeout $Timeout -Caller $PSCmdlet
            if ($null -ne $list) { $list.items | ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Statistics' } }
            return
        }
        Invoke-HcsEach -Caller $PSCmdlet -Line 'stats' -Id $Id -Timeout $Timeout | ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Statistics' }
    }
    end {
        if (-not $Follow) { return }
        # An empty pipeline asks for none.
        if ($names.Count -eq 0 -and $MyInvocation.ExpectingInput) { return }
        $line = @('stats', '--follow') + (Get-HcsTimeoutOption -Timeout $Timeout)
        if ($PSBoundParameters.ContainsKey('Interval')) { $line += '--interval', (ConvertTo-HcsDuration -Value $Interval) }
        if ($names.Count -eq 1 -and -not (Test-HcsWildcard -Text $names[0])) {
            Invoke-HcsFollow -Argument ($line + '--' + $names[0]) -TypeName 'Statistics' -Target $names[0] -Caller $PSCmdlet
            return
        }
        Invoke-HcsFollow -Argument $line -TypeName 'Statistics' -Caller $PSCmdlet |
            Where-Object { $seen = $_.Id; $names.Count -eq 0 -or @($names | Where-Object { $seen -like $_ }).Count -gt 0 }
    }
}
