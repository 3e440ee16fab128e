function Stop-HcsContainer {
    <#
    .SYNOPSIS
    Shuts a container down, and terminates it when that takes too long; with -Force terminates it at once.
    .PARAMETER Id
    Ids of containers, also from the pipeline.
    .PARAMETER GracePeriod
    How long it may take to shut down; default 10 s.
    .PARAMETER Force
    Terminate at once.
    .PARAMETER PassThru
    Return the container as it is then.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Stop-HcsContainer web -GracePeriod 0:0:30
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq running | Stop-HcsContainer -Force
    .OUTPUTS
    HostCompute.Container with -PassThru
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [string[]] $Id,
        [timespan] $GracePeriod,
        [switch] $Force,
        [switch] $PassThru,
        [timespan] $Timeout
    )
    process {
        foreach ($name in $Id) {
            if (-not $PSCmdlet.ShouldProcess($name, 'stop')) { continue }
            $line = @('stop')
            if ($PSBoundParameters.ContainsKey('GracePeriod')) { $line += '--time', ('{0}ms' -f [int64] $GracePeriod.TotalMilliseconds) }
            try {
                if ($Force) {
                    $null = Invoke-Hcs -Argument 'kill', '--', $name -Target $name -Timeout $Timeout
                    $null = Invoke-Hcs -Argument 'wait', '--', $name -Target $name -Timeout $Timeout
                } else {
                    $null = Invoke-Hcs -Argument ($line + '--' + $name) -Target $name -Timeout $Timeout
                }
                if ($PassThru) { Get-HcsContainer -Id $name }
            } catch {
                $PSCmdlet.WriteError($_)
            }
        }
    }
}
