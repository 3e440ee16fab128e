function Resume-HcsContainer {
    <#
    .SYNOPSIS
    Lets a paused container run on.
    .PARAMETER Id
    Ids of containers, also from the pipeline, or wildcards; that none matches one is no error.
    .PARAMETER PassThru
    Return the container as it is then.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Resume-HcsContainer web

    Lets it run on.
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq paused | Resume-HcsContainer

    All that are paused.
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
        Invoke-HcsEach -Caller $PSCmdlet -Line 'resume' -Id $Id -Action 'resume' -Timeout $Timeout | Get-HcsChanged -PassThru:$PassThru -Caller $PSCmdlet
    }
}
