function Measure-HcsContainer {
    <#
    .SYNOPSIS
    Processor, memory, storage and network figures of running containers.
    .PARAMETER Id
    Ids of containers, also from the pipeline.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Measure-HcsContainer web

    Processor time, memory, bytes read and written. Format-List * shows all.
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq running | Measure-HcsContainer | Sort-Object { $_.Memory.CommitBytes } -Descending | Select-Object -First 5

    The five that take most memory.
    .OUTPUTS
    HostCompute.Statistics
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Statistics')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [string[]] $Id,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        Invoke-HcsEach -Caller $PSCmdlet -Line 'stats' -Id $Id -Timeout $Timeout | ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Statistics' }
    }
}
