function Remove-HcsContainer {
    <#
    .SYNOPSIS
    Removes containers that do not run; with -Force ends them first.
    .PARAMETER Id
    Ids of containers, also from the pipeline.
    .PARAMETER Force
    End it first if it runs.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Remove-HcsContainer web
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq stopped | Remove-HcsContainer -Confirm:$false
    .OUTPUTS
    None
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [string[]] $Id,
        [switch] $Force,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('delete')
        if ($Force) { $line += '--force' }
        $null = Invoke-HcsEach -Caller $PSCmdlet -Line $line -Id $Id -Action 'remove' -Impact High -Timeout $Timeout
    }
}
