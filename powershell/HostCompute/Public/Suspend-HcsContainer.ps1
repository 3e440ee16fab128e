function Suspend-HcsContainer {
    <#
    .SYNOPSIS
    Pauses all processes of a container (Hyper-V isolation only).
    .PARAMETER Id
    Ids of containers, also from the pipeline, or wildcards; that none matches one is no error.
    .PARAMETER PassThru
    Return the container as it is then.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Suspend-HcsContainer web

    Pauses all its processes; it must have been created with -Isolation hyperv.
    .EXAMPLE
    Get-HcsContainer | Where-Object { $_.Isolation -eq 'hyperv' -and $_.Status -eq 'running' } | Suspend-HcsContainer -PassThru

    Pauses all that can be paused, and returns them as they are then.
    .OUTPUTS
    HostCompute.Container with -PassThru
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [switch] $PassThru,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        Invoke-HcsEach -Caller $PSCmdlet -Line 'pause' -Id $Id -Action 'pause' -Timeout $Timeout | Get-HcsChanged -PassThru:$PassThru -Caller $PSCmdlet
    }
}
