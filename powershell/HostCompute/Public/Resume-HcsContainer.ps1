function Resume-HcsContainer {
    <#
    .SYNOPSIS
    Lets a paused container run on.
    .PARAMETER Id
    Ids of containers, also from the pipeline.
    .PARAMETER PassThru
    Return the container as it is then.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Resume-HcsContainer web
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -eq paused | Resume-HcsContainer
    .OUTPUTS
    HostCompute.Container with -PassThru
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [string[]] $Id,
        [switch] $PassThru,
        [timespan] $Timeout
    )
    process {
        foreach ($name in $Id) {
            if (-not $PSCmdlet.ShouldProcess($name, 'resume')) { continue }
            $line = @('resume')
            try {
                $null = Invoke-Hcs -Argument ($line + '--' + $name) -Target $name -Timeout $Timeout
                if ($PassThru) { Get-HcsContainer -Id $name }
            } catch {
                $PSCmdlet.WriteError($_)
            }
        }
    }
}
