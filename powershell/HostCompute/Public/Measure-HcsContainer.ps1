function Measure-HcsContainer {
    <#
    .SYNOPSIS
    Processor, memory, storage and network figures of running containers.
    .PARAMETER Id
    Ids of containers, also from the pipeline; all that run when absent.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Measure-HcsContainer

    Of all that run: processor time, memory, bytes read and written. Format-List * shows all.
    .EXAMPLE
    Measure-HcsContainer | Sort-Object { $_.Memory.CommitBytes } -Descending | Select-Object -First 5

    The five that take most memory.
    .OUTPUTS
    HostCompute.Statistics
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Statistics')]
    param(
        [Parameter(Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        if (-not $Id -and -not $MyInvocation.ExpectingInput) {
            $list = Invoke-Hcs -Argument 'stats' -Timeout $Timeout -Caller $PSCmdlet
            if ($null -ne $list) { $list.items | ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Statistics' } }
            return
        }
        Invoke-HcsEach -Caller $PSCmdlet -Line 'stats' -Id $Id -Timeout $Timeout | ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Statistics' }
    }
}
