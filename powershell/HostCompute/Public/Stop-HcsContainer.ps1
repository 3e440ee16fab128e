function Stop-HcsContainer {
    <#
    .SYNOPSIS
    Shuts a container down, and terminates it when that takes too long; with -Force terminates it at once.
    .PARAMETER Id
    Ids of containers, also from the pipeline, or wildcards; that none matches one is no error.
    .PARAMETER GracePeriod
    How long it may take to shut down; default 10 s.
    .PARAMETER Force
    Terminate at once.
    .PARAMETER PassThru
    Return the container as it is then.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Stop-HcsContainer web -GracePeriod 30

    Asks it to shut down, and terminates it after half a minute. Returns when it has ended.
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq running | Stop-HcsContainer -Force

    Terminates all that run, at once.
    .EXAMPLE
    Stop-HcsContainer web-*

    All whose id begins with web-.
    .EXAMPLE
    Stop-HcsContainer web -WhatIf

    Says what would happen, and does nothing.
    .OUTPUTS
    HostCompute.Container with -PassThru
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $GracePeriod,
        [switch] $Force,
        [switch] $PassThru,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('stop')
        if ($Force) {
            $line = @('kill')
        } elseif ($PSBoundParameters.ContainsKey('GracePeriod')) {
            $line += '--time', (ConvertTo-HcsDuration -Value $GracePeriod)
        }
        $then = if ($Force) { 'wait' }
        Invoke-HcsEach -Caller $PSCmdlet -Line $line -Id $Id -Then $then -Action 'stop' -Timeout $Timeout | Get-HcsChanged -PassThru:$PassThru -Caller $PSCmdlet
    }
}
