function Start-HcsContainer {
    <#
    .SYNOPSIS
    Starts the program of a created container.
    .PARAMETER Id
    Ids of containers, also from the pipeline, or wildcards; that none matches one is no error.
    .PARAMETER Interactive
    Leave its stdin open, for Connect-HcsContainer.
    .PARAMETER PassThru
    Return the container as it is then.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Start-HcsContainer web

    Starts the program of a container that New-HcsContainer made; its output goes to its log (Get-HcsLog).
    .EXAMPLE
    New-HcsContainer -Command cmd, /c, ver | Start-HcsContainer -PassThru

    Creates and starts one with a made-up id, and returns it.
    .OUTPUTS
    HostCompute.Container with -PassThru
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [switch] $Interactive,
        [switch] $PassThru,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('start')
        if ($Interactive) { $line += '--interactive' }
        Invoke-HcsEach -Caller $PSCmdlet -Line $line -Id $Id -Action 'start' -Timeout $Timeout | Get-HcsChanged -PassThru:$PassThru -Caller $PSCmdlet
    }
}
